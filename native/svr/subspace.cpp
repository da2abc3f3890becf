#include "svr/subspace.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace foretell::svr {

namespace {

// Added to the diagonal, relative to its mean: keeps the factor finite, costs nothing in accuracy because the line search is exact.
constexpr double ridge = 1e-9;

void collect(const Workspace& w, Subspace& s, double c) {
  s.rows.clear();
  const auto add = [&](const simd::Doubles& alpha) {
    for (std::size_t t = 0; t < w.n; ++t) {
      if (w.active[t] != 0 && alpha[t] > 0.0 && alpha[t] < c) s.rows.push_back(static_cast<std::uint32_t>(t));
    }
  };
  add(w.alpha);
  s.plain = s.rows.size();
  add(w.alpha_star);
}

bool factorise(const Workspace& w, Subspace& s, KernelRows& kernel) {
  const std::size_t m = s.rows.size(), stride = simd::padded(m);
  s.matrix.assign(m * stride, 0.0);
  double trace = 0.0;
  for (const auto t : s.rows) trace += w.diagonal[t];
  const double lift = ridge * trace / static_cast<double>(m) + std::numeric_limits<double>::min();
  for (std::size_t a = 0; a < m; ++a) {
    const double* row = kernel.row(s.rows[a]);
    double* out = s.matrix.data() + a * stride;
    for (std::size_t b = a; b < m; ++b) out[b] = row[s.rows[b]];
    out[a] += lift;
  }
  return simd::loops().cholesky(s.matrix.data(), m, stride);
}

double group_sum(const Subspace& s, const double* x, bool star) {
  double sum = 0.0;
  for (std::size_t a = star ? s.plain : 0; a < (star ? s.rows.size() : s.plain); ++a) sum += x[a];
  return sum;
}

// Takes from both groups what rounding left in their sums.
void balance(const Subspace& s, double* x) {
  for (const bool star : {false, true}) {
    const std::size_t from = star ? s.plain : 0, to = star ? s.rows.size() : s.plain;
    if (from == to) continue;
    const double mean = group_sum(s, x, star) / static_cast<double>(to - from);
    for (std::size_t a = from; a < to; ++a) x[a] -= mean;
  }
}

// The direction in beta, in s.solved[0 .. m). False where it does not exist or is not finite.
bool newton_direction(const Workspace& w, Subspace& s) {
  const std::size_t m = s.rows.size();
  s.solved.assign(3 * m, 0.0);
  double* x = s.solved.data();
  double *e = x + m, *f = e + m;
  for (std::size_t a = 0; a < m; ++a) {
    x[a] = -w.gradient[s.rows[a]];
    (a < s.plain ? e : f)[a] = 1.0;
  }
  for (double* b : {x, e, f}) simd::loops().solve_cholesky(s.matrix.data(), m, simd::padded(m), b);
  const double ee = group_sum(s, e, false), ef = group_sum(s, f, false), ff = group_sum(s, f, true);
  const double xe = group_sum(s, x, false), xf = group_sum(s, x, true);
  double level_e = ee > 0.0 ? xe / ee : 0.0, level_f = ff > 0.0 ? xf / ff : 0.0;
  if (ee > 0.0 && ff > 0.0) {
    const double determinant = ee * ff - ef * ef;
    if (!(determinant > 1e-14 * ee * ff)) return false;
    level_e = (xe * ff - xf * ef) / determinant;
    level_f = (xf * ee - xe * ef) / determinant;
  }
  for (std::size_t a = 0; a < m; ++a) x[a] -= level_e * e[a] + level_f * f[a];
  balance(s, x);
  return std::all_of(x, x + m, [](double v) { return std::isfinite(v); });
}

struct Cut {
  double step = std::numeric_limits<double>::infinity();
  std::size_t at = 0;
};

// The largest step that keeps all of F in the box, and who stops it.
Cut first_bound(const Workspace& w, const Subspace& s, double c) {
  Cut cut;
  for (std::size_t a = 0; a < s.rows.size(); ++a) {
    const bool plain = a < s.plain;
    const double value = (plain ? w.alpha : w.alpha_star)[s.rows[a]], move = plain ? s.solved[a] : -s.solved[a];
    if (move == 0.0) continue;
    const double room = (move > 0.0 ? c - value : value) / std::abs(move);
    if (room < cut.step) cut = {room, a};
  }
  return cut;
}

void apply(Workspace& w, Subspace& s, double step, double c) {
  for (std::size_t a = 0; a < s.rows.size(); ++a) {
    const bool plain = a < s.plain;
    double& value = (plain ? w.alpha : w.alpha_star)[s.rows[a]];
    value = std::clamp(value + (plain ? step : -step) * s.solved[a], 0.0, c);
  }
  simd::loops().axpy(w.gradient.data(), s.direction.data(), step, w.gradient.size());
}

// One step; true where a bound cut it short, so that another on the smaller F makes sense.
bool newton_step(Workspace& w, Subspace& s, KernelRows& kernel, double c) {
  if (s.rows.size() < 2 || !factorise(w, s, kernel) || !newton_direction(w, s)) return false;
  s.direction.assign(w.gradient.size(), 0.0);
  double slope = 0.0, curvature = 0.0;
  for (std::size_t a = 0; a < s.rows.size(); ++a) {
    simd::loops().axpy(s.direction.data(), kernel.row(s.rows[a]), s.solved[a], s.direction.size());
    slope += w.gradient[s.rows[a]] * s.solved[a];
  }
  for (std::size_t a = 0; a < s.rows.size(); ++a) curvature += s.direction[s.rows[a]] * s.solved[a];
  if (!(slope < 0.0)) return false;
  const double best = curvature > 0.0 ? -slope / curvature : std::numeric_limits<double>::infinity();
  const Cut cut = first_bound(w, s, c);
  const double step = std::min(best, cut.step);
  if (!std::isfinite(step)) return false;
  apply(w, s, step, c);
  if (cut.step > best) return false;
  double& stopped = (cut.at < s.plain ? w.alpha : w.alpha_star)[s.rows[cut.at]];
  stopped = stopped < c / 2.0 ? 0.0 : c;
  return true;
}

}  // namespace

std::int64_t newton_cost(const Workspace& w, double c) {
  const auto is_free = [&](double alpha) { return alpha > 0.0 && alpha < c; };
  const auto m = std::count_if(w.alpha.begin(), w.alpha.end(), is_free) + std::count_if(w.alpha_star.begin(), w.alpha_star.end(), is_free);
  return m * m * m / 6 + m * static_cast<std::int64_t>(w.n);
}

std::int64_t descend(Workspace& w, Subspace& s, KernelRows& kernel, double c, int limit) {
  std::int64_t spent = 0;
  for (int k = 0; k < limit; ++k) {
    spent += newton_cost(w, c);
    collect(w, s, c);
    if (!newton_step(w, s, kernel, c)) break;
  }
  return spent;
}

}  // namespace foretell::svr
