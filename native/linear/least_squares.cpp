#include "linear/least_squares.hpp"

#include <cmath>
#include <numeric>

namespace foretell::linear {

namespace {

// Below this 1 - h_i is rounding: the row fixes a direction alone.
constexpr double no_freedom = 1e-9;

double loo_without_freedom(const Spectrum& s, std::span<const double> projected, std::size_t i) {
  double numerator = 0.0, denominator = 0.0;
  for (std::size_t k = 0; k < s.rank(); ++k) {
    const double u = s.left.row(k)[i], weight = 1.0 / (s.values[k] * s.values[k]);
    numerator += u * projected[k] * weight;
    denominator += u * u * weight;
  }
  return denominator > 0.0 ? numerator / denominator : 0.0;
}

}  // namespace

Solution least_squares(const Spectrum& s, std::span<const double> y, double lambda) {
  const std::size_t n = y.size(), rank = s.rank();
  Solution out{std::vector<double>(s.right.columns, 0.0), std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(n), std::vector<double>(n)};
  std::vector<double> centred(n), fitted(n, 0.0), hat(n, 1.0 / static_cast<double>(n)), projected(rank);
  for (std::size_t i = 0; i < n; ++i) centred[i] = y[i] - out.bias;
  for (std::size_t k = 0; k < rank; ++k) {
    const double value = s.values[k], kept = value * value / (value * value + lambda);
    projected[k] = simd::loops().dot(s.left.row(k), centred.data(), n);
    for (std::size_t j = 0; j < out.weights.size(); ++j) out.weights[j] += kept / value * projected[k] * s.right.row(k)[j];
    for (std::size_t i = 0; i < n; ++i) {
      const double u = s.left.row(k)[i];
      fitted[i] += kept * projected[k] * u;
      hat[i] += kept * u * u;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double freedom = 1.0 - hat[i];
    out.loo_residuals[i] = freedom > no_freedom ? (centred[i] - fitted[i]) / freedom : loo_without_freedom(s, projected, i);
  }
  return out;
}

}  // namespace foretell::linear
