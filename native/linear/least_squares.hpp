// Least squares with an intercept, with and without a penalty, and its exact leave-one-out errors.
//
// Problem: minimise sum_i (y_i - b - w . z_i)^2 + lambda |w|^2 over centred columns; for lambda = 0 and deficient rank the shortest w (the limit lambda -> 0).
// Leave-one-out by the hat matrix: e_i = r_i / (1 - h_i), h_i = 1/n + sum_k u_ik^2 s_k^2 / (s_k^2 + lambda) (Allen 1974); exact for fixed scaling, because the
// intercept absorbs the centre. Where 1 - h_i vanishes (a row that alone fixes a direction) the limit of that quotient as lambda -> 0 is
// (sum_k u_ik u_k'y / s_k^2) / (sum_k u_ik^2 / s_k^2): the shortest solution without row i.
#pragma once

#include <span>
#include <vector>

#include "linear/spectrum.hpp"

namespace foretell::linear {

struct Solution {
  std::vector<double> weights;
  double bias = 0.0;
  std::vector<double> loo_residuals;  // y_i - prediction without row i
};

// spectrum: of the centred rows that y belongs to.
Solution least_squares(const Spectrum& spectrum, std::span<const double> y, double lambda);

}  // namespace foretell::linear
