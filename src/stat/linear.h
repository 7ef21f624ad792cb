/* Small dense linear algebra: symmetric matrices up to a few hundred columns, row-major, full
 * storage.
 *
 * Factors are computed in place in a fixed order. For larger problems project first. */
#ifndef TW_STAT_LINEAR_H
#define TW_STAT_LINEAR_H

#include "base/attr.h"

/* a = L L^T, L into the lower triangle, upper triangle untouched. False: not positive definite. */
TW_NODISCARD bool tw_cholesky(double *a, size_t d);
/* Solve L y = b and L^T x = b in place. */
void tw_solve_lower(const double *l, size_t d, double *b);
void tw_solve_upper(const double *l, size_t d, double *b);
/* Inverse of a = L L^T from its factor, full symmetric into out. */
void tw_cholesky_inverse(const double *l, size_t d, double *out);
/* log of the determinant of a. */
double tw_cholesky_log_det(const double *l, size_t d);

/* a x = b for any square a by elimination with row pivots; a and b (the solution) are overwritten.
 * False: singular. */
TW_NODISCARD bool tw_solve(double *a, size_t d, double *b);

/* Eigenvalues (descending) and orthonormal eigenvectors of a symmetric matrix: Householder to
 * tridiagonal, then QL with implicit shifts (Bowdler, Martin, Reinsch, Wilkinson 1968). a is
 * overwritten: column j of it is the j-th vector. False: memory is out or no convergence. */
TW_NODISCARD bool tw_eigen_symmetric(double *a, size_t d, double *values);

/* x[n x d] row-major: mean of each column, and covariance around it (divisor n - 1) over the rows
 * with keep (NULL = all). */
void tw_covariance(const double *x, size_t n, size_t d, const uint8_t *keep, double *mean,
                   double *cov);

#endif
