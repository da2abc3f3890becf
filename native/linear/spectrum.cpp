#include "linear/spectrum.hpp"

#include <algorithm>
#include <cmath>

namespace foretell::linear {

namespace {

constexpr double negligible = 1e-10;
// Two columns count as orthogonal below this cosine. Sweeps in practice: 6 to 12.
constexpr double orthogonal = 1e-14;
constexpr int sweep_limit = 60;

Rows transposed(const Rows& a) {
  Rows out(a.columns, a.count);
  for (std::size_t i = 0; i < a.count; ++i) {
    for (std::size_t j = 0; j < a.columns; ++j) out.row(j)[i] = a.row(i)[j];
  }
  return out;
}

Rows identity(std::size_t n) {
  Rows out(n, n);
  for (std::size_t i = 0; i < n; ++i) out.row(i)[i] = 1.0;
  return out;
}

// Makes columns p and q (rows of `a`) orthogonal; false where they were, or where both are negligible against `scale` (the largest squared norm).
bool orthogonalise(Rows& a, Rows& turned, std::size_t p, std::size_t q, double scale) {
  const auto& loops = simd::loops();
  const double pp = loops.dot(a.row(p), a.row(p), a.stride);
  const double qq = loops.dot(a.row(q), a.row(q), a.stride);
  const double pq = loops.dot(a.row(p), a.row(q), a.stride);
  if (std::abs(pq) <= orthogonal * std::sqrt(pp * qq) || std::min(pp, qq) <= 1e-26 * scale) return false;
  const double zeta = (qq - pp) / (2.0 * pq);
  const double tangent = (zeta >= 0.0 ? 1.0 : -1.0) / (std::abs(zeta) + std::sqrt(1.0 + zeta * zeta));
  const double cosine = 1.0 / std::sqrt(1.0 + tangent * tangent);
  loops.rotate(a.row(p), a.row(q), cosine, cosine * tangent, a.stride);
  loops.rotate(turned.row(p), turned.row(q), cosine, cosine * tangent, turned.stride);
  return true;
}

void sweep_until_orthogonal(Rows& a, Rows& turned) {
  double scale = 0.0;
  for (std::size_t k = 0; k < a.count; ++k) scale += simd::loops().dot(a.row(k), a.row(k), a.stride);
  for (int sweep = 0; sweep < sweep_limit; ++sweep) {
    bool turned_any = false;
    for (std::size_t p = 0; p + 1 < a.count; ++p) {
      for (std::size_t q = p + 1; q < a.count; ++q) turned_any = orthogonalise(a, turned, p, q, scale) || turned_any;
    }
    if (!turned_any) return;
  }
}

}  // namespace

Spectrum spectrum_of(const Rows& z) {
  const bool wide = z.columns > z.count;
  Rows a = wide ? z : transposed(z);
  Rows turned = identity(a.count);
  sweep_until_orthogonal(a, turned);
  std::vector<double> norms(a.count);
  for (std::size_t k = 0; k < a.count; ++k) norms[k] = std::sqrt(simd::loops().dot(a.row(k), a.row(k), a.stride));
  const double largest = norms.empty() ? 0.0 : *std::max_element(norms.begin(), norms.end());
  Spectrum out;
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < a.count; ++k) {
    if (norms[k] > negligible * largest) kept.push_back(k);
  }
  Rows scaled(kept.size(), a.columns), vectors(kept.size(), turned.columns);
  for (std::size_t r = 0; r < kept.size(); ++r) {
    const std::size_t k = kept[r];
    for (std::size_t t = 0; t < a.columns; ++t) scaled.row(r)[t] = a.row(k)[t] / norms[k];
    std::copy_n(turned.row(k), turned.columns, vectors.row(r));
    out.values.push_back(norms[k]);
  }
  out.left = wide ? std::move(vectors) : scaled;
  out.right = wide ? std::move(scaled) : std::move(vectors);
  return out;
}

}  // namespace foretell::linear
