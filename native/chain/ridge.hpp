// Ridge regression of many rows on few columns, its penalty chosen by leave-one-out.
//
// Problem: minimise sum_i (y_i - b - w . z_i)^2 + lambda |w|^2 over centred columns. With the eigenvectors v_k and eigenvalues e_k of Z'Z and t_ik = z_i . v_k,
// the left-out residual is (y_i - b - sum_k t_ik c_k / (e_k + lambda)) / (1 - 1/n - sum_k t_ik^2 / (e_k + lambda)), c_k = v_k . Z'y (Allen 1974): one
// eigenproblem of the columns serves every penalty. Penalties are 1e-2 .. 1e4 and infinity, which is the mean, so that ten rows are still sane. Left-out residuals
// are squared after cutting them at five robust deviations: one run that dies must not choose the penalty.
#pragma once

#include <span>
#include <vector>

namespace foretell::chain {

struct Ridge {
  std::vector<double> weights;
  double bias = 0.0;                   // the mean of y
  double penalty = 0.0;                // infinity = the mean alone
  std::vector<double> loo_residuals;   // y_i - prediction without row i
};

// z: row-major, y.size() x columns, columns centred. At least two rows.
Ridge fit_ridge(std::span<const double> z, std::size_t columns, std::span<const double> y);

}  // namespace foretell::chain
