// Ridge regression of many rows on few columns, its penalty chosen by leave-one-out.
//
// Problem: minimise sum_i (y_i - b - w . z_i)^2 + lambda |w|^2 over centred columns. With the eigenvectors v_k and eigenvalues e_k of Z'Z and t_ik = z_i . v_k,
// the left-out residual is (y_i - b - sum_k t_ik c_k / (e_k + lambda)) / (1 - 1/n - sum_k t_ik^2 / (e_k + lambda)), c_k = v_k . Z'y (Allen 1974): one
// eigenproblem of the columns serves every penalty. Penalties are 1e-2 .. 1e4 and infinity, which is the mean, so that ten rows are still sane. Left-out residuals
// are squared after cutting them at five robust deviations: one run that dies must not choose the penalty.
// The weights' posterior is Gaussian with covariance sigma^2 (Z'Z + lambda I)^-1, sigma^2 the mean of those squares (Hoerl and Kennard 1970 as Bayes has it).
#pragma once

#include <span>
#include <vector>

namespace foretell::chain {

struct Ridge {
  std::vector<double> weights;
  double bias = 0.0;                   // the mean of y
  double penalty = 0.0;                // infinity = the mean alone
  std::vector<double> loo_residuals;   // y_i - prediction without row i
  double sigma = 0.0;                  // root of the mean of their squares, cut
  std::vector<double> directions;      // row-major, columns x columns: row k = v_k / sqrt(e_k + lambda); empty where lambda is infinite
};

// z: row-major, y.size() x columns, columns centred. At least two rows.
Ridge fit_ridge(std::span<const double> z, std::size_t columns, std::span<const double> y);

}  // namespace foretell::chain
