/* The program: wires rooms together and hands over. */
#include "base/attr.h"

int main(void) {
    return 0;
}
