# Options, probed compiler flags and library look-ups of trowel's configure.

AC_DEFUN([TW_OPTIONS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors])])
  AC_ARG_ENABLE([sanitize], [AS_HELP_STRING([--enable-sanitize=LIST], [build with sanitizers, e.g. address,undefined])])
  AC_ARG_ENABLE([fuzz], [AS_HELP_STRING([--enable-fuzz], [build fuzz targets with libFuzzer (needs clang)])])
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [instrument for gcov])])
  AM_CONDITIONAL([FUZZ], [test "x$enable_fuzz" = xyes])
])

# TW_TRY_FLAG(FLAG, VARIABLE): append FLAG to VARIABLE when the compiler takes it without complaint. The program returns
# NAN as a double, which clang calls a promotion from float: there -Wdouble-promotion would only cry wolf.
AC_DEFUN([TW_TRY_FLAG], [
  AC_MSG_CHECKING([whether $CC takes $1])
  tw_saved=$CFLAGS
  CFLAGS="$CFLAGS -Werror $1"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <math.h>
static double nothing(void) { return NAN; }]], [[return nothing() > 0;]])],
    [AC_MSG_RESULT([yes]); $2="$$2 $1"], [AC_MSG_RESULT([no])])
  CFLAGS=$tw_saved
])

AC_DEFUN([TW_COMPILER_FLAGS], [
  TW_CFLAGS="-std=gnu17 -ffp-contract=off -fvisibility=hidden -fno-common"
  TW_WARN=
  m4_foreach_w([flag], [-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wundef -Wvla
    -Wnull-dereference -Wswitch-enum -Wimplicit-fallthrough -Wdouble-promotion -Wwrite-strings
    -Wpointer-arith -Wredundant-decls -Walloca],
    [TW_TRY_FLAG(flag, [TW_WARN])])
  AS_IF([test "x$enable_werror" = xyes], [TW_WARN="$TW_WARN -Werror"])
  TW_HARDEN=
  TW_LDHARDEN=
  AS_IF([test -n "$enable_sanitize" && test "x$enable_sanitize" != xno], [
    TW_CFLAGS="$TW_CFLAGS -fsanitize=$enable_sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"
    TW_LDHARDEN="-fsanitize=$enable_sanitize"
    AS_CASE([$enable_sanitize], [*undefined*], [TW_TRY_FLAG([-fsanitize=float-cast-overflow], [TW_CFLAGS])])
    AC_DEFINE([TW_SANITIZED], [1], [built with sanitizers])
  ], [
    TW_TRY_FLAG([-fstack-protector-strong], [TW_HARDEN])
    TW_TRY_FLAG([-fstack-clash-protection], [TW_HARDEN])
    AS_CASE([$CFLAGS], [*-O0*], [], [TW_TRY_FLAG([-D_FORTIFY_SOURCE=2], [TW_HARDEN])])
    TW_TRY_FLAG([-Wl,-z,relro,-z,now], [TW_LDHARDEN])
  ])
  AS_IF([test "x$enable_fuzz" = xyes], [TW_CFLAGS="$TW_CFLAGS -fsanitize=fuzzer-no-link"])
  AS_IF([test "x$enable_coverage" = xyes], [TW_CFLAGS="$TW_CFLAGS --coverage"])
  AC_SUBST([TW_CFLAGS])
  AC_SUBST([TW_WARN])
  AC_SUBST([TW_HARDEN])
  AC_SUBST([TW_LDHARDEN])
])

# Lua 5.4 goes by several names.
AC_DEFUN([TW_LUA], [
  tw_lua=
  for name in lua5.4 lua-5.4 lua54 lua; do
    AS_IF([test -z "$tw_lua" && $PKG_CONFIG --exists "$name >= 5.4 $name < 5.5"], [tw_lua=$name])
  done
  AS_IF([test -z "$tw_lua"], [AC_MSG_ERROR([Lua 5.4 is missing: install liblua5.4-dev])])
  PKG_CHECK_MODULES([LUA], [$tw_lua])
])

# TW_OPTIONAL(VARIABLE, pkg-config name, what it adds)
AC_DEFUN([TW_OPTIONAL], [
  PKG_CHECK_MODULES([$1], [$2], [AC_DEFINE([HAVE_$1], [1], [$3])],
    [AC_MSG_NOTICE([$2 not found: no $3])])
])
