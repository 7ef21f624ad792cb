/* Distribution functions: normal, gamma, chi-squared, Student's t; entropy helpers. Relative
 * accuracy about 1e-14 in the body.
 *
 * Sources: erfc of the C library; Wichura, AS 241 (1988) for the normal quantile; series and
 * Lentz's continued fraction for the incomplete gamma and beta functions. Pure functions; NaN for
 * arguments outside the domain. */
#ifndef TW_STAT_DISTRIBUTION_H
#define TW_STAT_DISTRIBUTION_H

#include "base/attr.h"

double tw_normal_cdf(double z);
double tw_normal_quantile(double p); /* -inf at 0, inf at 1 */
/* Upper tail P(X > x) of chi-squared with df degrees of freedom. */
double tw_chi_squared_tail(double x, double df);
double tw_gamma_p(double a, double x);            /* regularised lower incomplete gamma function */
double tw_beta_inc(double a, double b, double x); /* regularised incomplete beta function */
/* Two-sided P(|T| > |t|). */
double tw_student_tail(double t, double df);
/* Asymptotic P(sqrt(n) D > x) of Kolmogorov's distribution. */
double tw_kolmogorov_tail(double x);

#endif
