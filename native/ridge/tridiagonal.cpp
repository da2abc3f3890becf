#include "ridge/tridiagonal.hpp"

#include <algorithm>
#include <cmath>

namespace foretell::ridge {

namespace {

// H = I - tau v v', v zero before `from`.
struct Reflection {
  simd::Doubles v;
  double tau = 0.0;
  std::size_t from = 0;

  std::size_t aligned() const { return from / simd::lanes * simd::lanes; }
};

// a := H a H, of which only rows and columns from `from` on are wanted afterwards.
void reflect_both_sides(Rows& a, const Reflection& h, simd::Doubles& image) {
  const auto& loops = simd::loops();
  const std::size_t at = h.aligned(), length = a.stride - at;
  std::fill(image.begin(), image.end(), 0.0);
  for (std::size_t i = h.from; i < a.count; ++i) image[i] = h.tau * loops.dot(a.row(i) + at, h.v.data() + at, length);
  loops.axpy(image.data() + at, h.v.data() + at, -0.5 * h.tau * loops.dot(image.data() + at, h.v.data() + at, length), length);
  for (std::size_t i = h.from; i < a.count; ++i) {
    loops.axpy(a.row(i) + at, image.data() + at, -h.v[i], length);
    loops.axpy(a.row(i) + at, h.v.data() + at, -image[i], length);
  }
}

// q := q H.
void reflect_rows(Rows& q, const Reflection& h) {
  const auto& loops = simd::loops();
  const std::size_t at = h.aligned(), length = q.stride - at;
  for (std::size_t i = 0; i < q.count; ++i) {
    loops.axpy(q.row(i) + at, h.v.data() + at, -h.tau * loops.dot(q.row(i) + at, h.v.data() + at, length), length);
  }
}

// The reflection that turns x, placed from `from` on, into `image` times the first axis; tau 0 where x is that already.
double reflection_of(const double* x, std::size_t length, Reflection& h) {
  double tail = 0.0;
  for (std::size_t i = 1; i < length; ++i) tail += x[i] * x[i];
  std::fill(h.v.begin(), h.v.end(), 0.0);
  h.tau = 0.0;
  if (tail == 0.0) return x[0];
  const double norm = std::sqrt(x[0] * x[0] + tail), image = x[0] > 0.0 ? -norm : norm;
  std::copy_n(x, length, h.v.data() + h.from);
  h.v[h.from] = x[0] - image;
  h.tau = 2.0 / (h.v[h.from] * h.v[h.from] + tail);
  return image;
}

Rows without_first_column(const Rows& q) {
  Rows out(q.columns - 1, q.count);
  for (std::size_t i = 0; i < q.count; ++i) {
    for (std::size_t k = 1; k < q.columns; ++k) out.row(k - 1)[i] = q.row(i)[k];
  }
  return out;
}

}  // namespace

Tridiagonal tridiagonal_of(const Rows& kernel) {
  const std::size_t n = kernel.count;
  Rows a = kernel, q(n, n);
  for (std::size_t i = 0; i < n; ++i) q.row(i)[i] = 1.0;
  Reflection h{simd::Doubles(a.stride, 0.0)};
  simd::Doubles image(a.stride, 0.0);
  const std::vector<double> ones(n, 1.0);
  Tridiagonal out;
  // Step 0 takes the mean out; step k clears column k below its neighbour.
  for (std::size_t k = 0; k < n; ++k) {
    h.from = k == 0 ? 0 : k + 1;
    if (k > 0) out.diagonal.push_back(a.row(k)[k]);
    if (h.from >= n) break;
    const double coupling = reflection_of(k == 0 ? ones.data() : a.row(k) + h.from, n - h.from, h);
    if (k > 0) out.off.push_back(coupling);
    if (h.tau == 0.0) continue;
    reflect_both_sides(a, h, image);
    reflect_rows(q, h);
  }
  out.basis = without_first_column(q);
  return out;
}

}  // namespace foretell::ridge
