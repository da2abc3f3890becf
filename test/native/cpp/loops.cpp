// The inner loops: AVX2 and baseline agree in every bit, and exp keeps its stated error.
#include <bit>
#include <cstring>

#include "check.hpp"
#include "simd/aligned.hpp"

using namespace foretell::simd;

namespace {

Doubles padded_gaussian(std::size_t n, unsigned seed) {
  const auto values = check::gaussian(n, seed);
  Doubles out(padded(n), 0.0);
  std::copy(values.begin(), values.end(), out.begin());
  return out;
}

bool same_bits(const Doubles& a, const Doubles& b) { return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0; }

// One problem's arrays with random masks.
struct Problem {
  explicit Problem(std::size_t n)
      : gradient(padded_gaussian(n, 1)), diagonal(padded(n), 1.0), alpha(padded(n), 0.0), row_i(padded_gaussian(n, 2)), row_j(padded_gaussian(n, 3)) {
    std::mt19937_64 engine(4);
    for (Masks* m : {&up, &down, &star_up, &star_down}) {
      m->assign(padded(n), 0);
      for (std::size_t t = 0; t < n; ++t) (*m)[t] = engine() % 3 == 0 ? 0 : -1;
    }
    dual = {n,           padded(n),   diagonal.data(), gradient.data(),  alpha.data(),      alpha.data(),
            up.data(),   down.data(), star_up.data(),  star_down.data(), 1.0};
  }
  Doubles gradient, diagonal, alpha, row_i, row_j;
  Masks up, down, star_up, star_down;
  Dual dual{};
};

void agree_at(std::size_t n) {
  const Loops &a = baseline_loops(), &b = *avx2_loops();
  Problem p(n), q(n);
  const Leaders lead_a = a.update_and_lead(p.dual, p.row_i.data(), p.row_j.data(), 0.37), lead_b = b.update_and_lead(q.dual, q.row_i.data(), q.row_j.data(), 0.37);
  CHECK(lead_a.plain == lead_b.plain && lead_a.star == lead_b.star);
  CHECK(same_bits(p.gradient, q.gradient));
  const Partners x = a.choose_partners(p.dual, lead_a, p.row_i.data(), p.row_j.data()), y = b.choose_partners(q.dual, lead_b, q.row_i.data(), q.row_j.data());
  CHECK(x.plain.index == y.plain.index && x.star.index == y.star.index);
  CHECK(x.plain.gain == y.plain.gain && x.plain.gap == y.plain.gap && x.star.gain == y.star.gain && x.star.gap == y.star.gap);
  CHECK(a.dot(p.row_i.data(), p.row_j.data(), n) == b.dot(p.row_i.data(), p.row_j.data(), n));
  CHECK(a.squared_distance(p.row_i.data(), p.row_j.data(), n) == b.squared_distance(p.row_i.data(), p.row_j.data(), n));
  Doubles u = padded_gaussian(n, 5), v = u;
  for (const double* minus : {static_cast<const double*>(nullptr), static_cast<const double*>(p.gradient.data())}) {
    a.add_clamped(u.data(), p.row_i.data(), minus, 0.2, 3.0, 1.5, p.row_j.data(), padded(n));
    b.add_clamped(v.data(), p.row_i.data(), minus, 0.2, 3.0, 1.5, p.row_j.data(), padded(n));
    CHECK(same_bits(u, v));
  }
  a.exp_negative(p.row_i.data(), p.diagonal.data(), 0.3, padded(n));
  b.exp_negative(q.row_i.data(), q.diagonal.data(), 0.3, padded(n));
  CHECK(same_bits(p.row_i, q.row_i));
}

// The textbook selection, against both loops.
void leaders_by_hand(std::size_t n) {
  Problem p(n);
  const Leaders lead = loops().update_and_lead(p.dual, p.row_i.data(), p.row_i.data(), 0.0);
  std::int64_t plain = -1, star = -1;
  for (std::size_t t = 0; t < n; ++t) {
    const auto at = static_cast<std::int64_t>(t);
    if (p.up[t] != 0 && (plain < 0 || p.gradient[t] < p.gradient[static_cast<std::size_t>(plain)])) plain = at;
    if (p.star_up[t] != 0 && (star < 0 || p.gradient[t] > p.gradient[static_cast<std::size_t>(star)])) star = at;
  }
  CHECK(lead.plain == plain && lead.star == star);
}

}  // namespace

TEST("loops: AVX2 and baseline agree in every bit", [] {
  if (avx2_loops() == nullptr) return;
  for (const std::size_t n : {1, 2, 3, 4, 5, 7, 8, 31, 67, 100}) agree_at(n);
});

TEST("loops: leaders are the extreme gradients among those that can rise", [] {
  for (const std::size_t n : {1, 3, 4, 9, 66}) leaders_by_hand(n);
});

TEST("loops: exp within 4e-16 of the library's, 1 at 0, 0 beyond its range", [] {
  Doubles d(4), out(4);
  for (int k = 0; k < 20'000; ++k) {
    for (std::size_t lane = 0; lane < 4; ++lane) d[lane] = 700.0 * (k + static_cast<double>(lane) / 4.0) / 20'000.0;
    loops().exp_negative(out.data(), d.data(), 1.0, 4);
    for (std::size_t lane = 0; lane < 4; ++lane) NEAR(out[lane] / std::exp(-d[lane]), 1.0, 4e-16);
  }
  d = {0.0, 1e-320, 709.0, 1e300};
  loops().exp_negative(out.data(), d.data(), 1.0, 4);
  CHECK(out[0] == 1.0 && out[1] == 1.0 && out[2] == 0.0 && out[3] == 0.0);
});

TEST("loops: Cholesky solves, and refuses what is not positive definite", [] {
  const std::size_t n = 13, stride = padded(n);
  const auto v = check::gaussian(n * n, 9);
  Doubles a(n * stride, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) a[i * stride + j] += v[i * n + k] * v[j * n + k];
      if (i == j) a[i * stride + j] += 1.0;
    }
  }
  const Doubles original = a;
  const auto want = check::gaussian(n, 10);
  std::vector<double> x(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) x[i] += original[i * stride + j] * want[j];
  }
  CHECK(loops().cholesky(a.data(), n, stride));
  loops().solve_cholesky(a.data(), n, stride, x.data());
  for (std::size_t i = 0; i < n; ++i) NEAR(x[i], want[i], 1e-10);
  Doubles negative = original;
  negative[5 * stride + 5] = -1.0;
  CHECK(!loops().cholesky(negative.data(), n, stride));
});
