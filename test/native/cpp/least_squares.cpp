// Singular values and least squares against what defines them.
#include "linear/least_squares.hpp"

#include <algorithm>
#include <numeric>

#include "check.hpp"
#include "model/standardise.hpp"

using namespace foretell;

namespace {

void decomposes(std::size_t n, std::size_t d) {
  const Rows z = standardised(check::gaussian(n * d, static_cast<unsigned>(n * d)), n, identity_scaling(d));
  const auto s = linear::spectrum_of(z);
  CHECK(s.rank() == std::min(n, d));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      double sum = 0.0;
      for (std::size_t k = 0; k < s.rank(); ++k) sum += s.left.row(k)[i] * s.values[k] * s.right.row(k)[j];
      NEAR(sum, z.row(i)[j], 1e-12);
    }
  }
  for (std::size_t a = 0; a < s.rank(); ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      NEAR(simd::loops().dot(s.left.row(a), s.left.row(b), n), a == b ? 1.0 : 0.0, 1e-12);
      NEAR(simd::loops().dot(s.right.row(a), s.right.row(b), d), a == b ? 1.0 : 0.0, 1e-12);
    }
  }
}

}  // namespace

TEST("spectrum: rebuilds tall, square and wide matrices from orthonormal vectors", [] {
  decomposes(30, 7);
  decomposes(9, 9);
  decomposes(6, 25);
  decomposes(1, 1);
});

TEST("spectrum: a zero matrix has rank 0, repeated columns count once", [] {
  CHECK(linear::spectrum_of(Rows(5, 3)).rank() == 0);
  Rows z(8, 4);
  const auto v = check::gaussian(16, 5);
  for (std::size_t i = 0; i < 8; ++i) {
    z.row(i)[0] = z.row(i)[2] = v[2 * i];
    z.row(i)[1] = v[2 * i + 1];
    z.row(i)[3] = v[2 * i] - v[2 * i + 1];
  }
  CHECK(linear::spectrum_of(z).rank() == 2);
});

TEST("least squares: residuals are orthogonal to every column", [] {
  const std::size_t n = 40, d = 6;
  const auto values = check::gaussian(n * d, 31);
  const Rows z = standardised(values, n, scaling_of(values, n, d));
  const auto y = check::gaussian(n, 32);
  const auto fit = linear::least_squares(linear::spectrum_of(z), y, 0.0);
  for (std::size_t j = 0; j < d; ++j) {
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += z.row(i)[j] * (y[i] - fit.bias - simd::loops().dot(fit.weights.data(), z.row(i), d));
    NEAR(sum, 0.0, 1e-11);
  }
});
