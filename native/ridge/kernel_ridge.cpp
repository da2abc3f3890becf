#include "ridge/kernel_ridge.hpp"

#include <algorithm>

namespace foretell::ridge {

Solution kernel_ridge(const Tridiagonal& t, std::span<const double> y, double lambda) {
  const auto& loops = simd::loops();
  const std::size_t n = y.size(), stride = t.basis.stride;
  simd::Doubles row(stride, 0.0), before(stride, 0.0), coefficients(stride, 0.0), power(n, 0.0);
  double pivot = 1.0;
  for (std::size_t k = 0; k < t.diagonal.size(); ++k) {
    const double coupling = k == 0 ? 0.0 : t.off[k - 1], factor = coupling / pivot;
    std::copy_n(t.basis.row(k), stride, row.data());
    loops.axpy(row.data(), before.data(), -factor, stride);
    pivot = t.diagonal[k] + lambda - factor * coupling;
    const double inverse = 1.0 / pivot;
    loops.axpy(coefficients.data(), row.data(), inverse * loops.dot(row.data(), y.data(), n), stride);
    for (std::size_t i = 0; i < n; ++i) power[i] += row[i] * row[i] * inverse;
    std::swap(row, before);
  }
  Solution out{{coefficients.begin(), coefficients.begin() + static_cast<std::ptrdiff_t>(n)}, std::vector<double>(n, 0.0)};
  for (std::size_t i = 0; i < n; ++i) out.loo_residuals[i] = power[i] > 0.0 ? coefficients[i] / power[i] : y[i];
  return out;
}

double intercept(const Rows& kernel, std::span<const double> y, std::span<const double> coefficients) {
  double sum = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] - simd::loops().dot(kernel.row(i), coefficients.data(), y.size());
  return sum / static_cast<double>(y.size());
}

}  // namespace foretell::ridge
