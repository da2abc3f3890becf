// Kernel ridge regression with a free intercept, and its exact leave-one-out errors.
//
// Problem: minimise sum_i (y_i - b - (K a)_i)^2 + lambda a'Ka. Its solution is a = P y, b = mean(y - K a), where P is the inverse of K + lambda I on the vectors
// that sum to 0. Leave-one-out with kernel and intercept refitted: e_i = a_i / P_ii (the block inverse of the bordered system; Cawley and Talbot 2007).
// With V'KV = T tridiagonal, T + lambda I = L D L' and W = L^-1 V': a = W'D^-1 (W y), P_ii = sum_k W_ki^2 / D_k, so a penalty costs O(n^2).
// Not here: which penalty (set/kernel_ridge_set.hpp).
#pragma once

#include <span>
#include <vector>

#include "ridge/tridiagonal.hpp"

namespace foretell::ridge {

struct Solution {
  std::vector<double> coefficients;   // a, summing to 0
  std::vector<double> loo_residuals;  // y_i - prediction without row i; a single row leaves 0, its own target
};

// lambda > 0. Kernels with k(x, x) = 1 lose no digits that matter from about 1e-9 n on.
Solution kernel_ridge(const Tridiagonal&, std::span<const double> y, double lambda);

// b of a solution.
double intercept(const Rows& kernel, std::span<const double> y, std::span<const double> coefficients);

}  // namespace foretell::ridge
