#include "svr/dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <ranges>

namespace foretell::svr {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// After this many steps the gradient is rebuilt from beta: rounding errors of the updates would otherwise decide the last digits.
constexpr std::int64_t refresh_period = 20'000;
constexpr std::int64_t cancel_period = 4096;

double group_sum(const Workspace& w, const Parameters& p) { return p.c * p.nu * static_cast<double>(w.active_rows()) / 2.0; }

std::int64_t mask_of(bool set) { return set ? -1 : 0; }

void set_masks(Workspace& w, std::size_t t, double c) {
  const std::int64_t active = w.active[t];
  w.can_rise[t] = mask_of(w.alpha[t] < c) & active;
  w.can_fall[t] = mask_of(w.alpha[t] > 0.0) & active;
  w.star_can_rise[t] = mask_of(w.alpha_star[t] < c) & active;
  w.star_can_fall[t] = mask_of(w.alpha_star[t] > 0.0) & active;
}

void refresh_gradient(Workspace& w, KernelRows& kernel, std::span<const double> y) {
  const auto& loops = simd::loops();
  const std::size_t n = y.size(), stride = simd::padded(n);
  for (std::size_t t = 0; t < n; ++t) w.gradient[t] = -y[t];
  for (std::size_t t = n; t < stride; ++t) w.gradient[t] = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    const double beta = w.alpha[t] - w.alpha_star[t];
    if (beta != 0.0) loops.axpy(w.gradient.data(), kernel.row(t), beta, stride);
  }
}

// Moves `step` from falling j to rising i of one group, ending exactly on a bound that the step reaches.
double move_pair(double* alpha, std::size_t i, std::size_t j, double wanted, double c) {
  const double room = c - alpha[i], stock = alpha[j];
  const double step = std::min(wanted, std::min(room, stock));
  alpha[i] = step == room ? c : alpha[i] + step;
  alpha[j] = step == stock ? 0.0 : alpha[j] - step;
  return step;
}

// The multiplier of one group's sum: the mean of g over free entries, else the middle of the interval that the bounds leave.
double group_level(const Workspace& w, const simd::Doubles& alpha, double c, double sign) {
  double upper = infinity, lower = -infinity, total = 0.0;
  std::size_t free = 0;
  for (std::size_t t = 0; t < w.n; ++t) {
    if (w.active[t] == 0) continue;
    const double g = sign * w.gradient[t];
    if (alpha[t] >= c) {
      lower = std::max(lower, g);
    } else if (alpha[t] <= 0.0) {
      upper = std::min(upper, g);
    } else {
      total += g;
      ++free;
    }
  }
  if (free > 0) return total / static_cast<double>(free);
  if (std::isinf(upper)) return lower;
  if (std::isinf(lower)) return upper;
  return (upper + lower) / 2.0;
}

void finish(const Workspace& w, std::span<const double> y, const Parameters& p, Outcome& out) {
  const double plain = group_level(w, w.alpha, p.c, 1.0);
  const double star = group_level(w, w.alpha_star, p.c, -1.0);
  out.epsilon = -(plain + star) / 2.0;
  out.rho = (plain - star) / 2.0;
  double sum = 0.0;
  for (std::size_t t = 0; t < y.size(); ++t) sum += (w.alpha[t] - w.alpha_star[t]) * (w.gradient[t] - y[t]);
  out.objective = sum / 2.0;
}

// Fills a group up to `sum` in the order given.
template <class Order>
void pour(const Workspace& w, simd::Doubles& alpha, const Order& order, double sum, double c) {
  for (const std::uint32_t t : order) {
    if (sum <= 0.0) return;
    if (w.active[t] == 0) continue;
    alpha[t] = std::min(sum, c);
    sum -= alpha[t];
  }
}

// Clips to the box, then adds to the first of the order or takes from its end until the group has its sum.
template <class Order, class Reversed>
void level(const Workspace& w, simd::Doubles& alpha, const Order& wanting_first, const Reversed& wanting_last, double wanted, double c) {
  double missing = wanted;
  for (const std::uint32_t t : wanting_first) {
    alpha[t] = w.active[t] == 0 ? 0.0 : std::clamp(alpha[t], 0.0, c);
    missing -= alpha[t];
  }
  for (const std::uint32_t t : wanting_first) {
    if (missing <= 0.0) break;
    if (w.active[t] == 0) continue;
    const double room = c - alpha[t];
    alpha[t] = room <= missing ? c : alpha[t] + missing;
    missing -= std::min(room, missing);
  }
  for (const std::uint32_t t : wanting_last) {
    if (missing >= 0.0) break;
    const double taken = std::min(-missing, alpha[t]);
    alpha[t] -= taken;
    missing += taken;
  }
}

}  // namespace

void Workspace::resize(std::size_t rows) {
  n = rows;
  const std::size_t stride = simd::padded(rows);
  for (auto* v : {&alpha, &alpha_star, &gradient, &diagonal}) v->assign(stride, 0.0);
  for (auto* m : {&active, &can_rise, &can_fall, &star_can_rise, &star_can_fall}) m->assign(stride, 0);
  std::fill_n(active.begin(), rows, -1);
}

std::size_t Workspace::active_rows() const { return static_cast<std::size_t>(-std::accumulate(active.begin(), active.end(), std::int64_t{0})); }

std::vector<std::uint32_t> ascending(std::span<const double> key) {
  std::vector<std::uint32_t> order(key.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return key[a] != key[b] ? key[a] < key[b] : a < b; });
  return order;
}

void start_from_target(Workspace& w, std::span<const std::uint32_t> by_target, const Parameters& p) {
  std::fill(w.alpha.begin(), w.alpha.end(), 0.0);
  std::fill(w.alpha_star.begin(), w.alpha_star.end(), 0.0);
  const double sum = group_sum(w, p);
  pour(w, w.alpha, std::views::reverse(by_target), sum, p.c);
  pour(w, w.alpha_star, by_target, sum, p.c);
}

void start_from_neighbour(Workspace& w, std::span<const std::uint32_t> by_gradient, const Parameters& p) {
  const double sum = group_sum(w, p);
  const auto falling = std::views::reverse(by_gradient);
  level(w, w.alpha, by_gradient, falling, sum, p.c);
  level(w, w.alpha_star, falling, by_gradient, sum, p.c);
}

Outcome solve(Workspace& w, KernelRows& kernel, std::span<const double> diagonal, std::span<const double> y, const Parameters& p,
              const std::atomic<bool>* cancelled) {
  const auto& loops = simd::loops();
  const std::size_t n = y.size();
  std::copy(diagonal.begin(), diagonal.end(), w.diagonal.begin());
  for (std::size_t t = 0; t < n; ++t) set_masks(w, t, p.c);
  refresh_gradient(w, kernel, y);
  const simd::Dual dual{n,
                        simd::padded(n),
                        w.diagonal.data(),
                        w.gradient.data(),
                        w.alpha.data(),
                        w.alpha_star.data(),
                        w.can_rise.data(),
                        w.can_fall.data(),
                        w.star_can_rise.data(),
                        w.star_can_fall.data(),
                        p.c};
  Outcome out;
  std::int64_t refreshed_at = 0;
  simd::Leaders lead = loops.update_and_lead(dual, kernel.row(0), kernel.row(0), 0.0);
  while (out.iterations < p.max_iterations) {
    if (out.iterations % cancel_period == 0 && cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) break;
    const double* row_plain = kernel.row(static_cast<std::size_t>(std::max<std::int64_t>(lead.plain, 0)));
    const double* row_star = kernel.row(static_cast<std::size_t>(std::max<std::int64_t>(lead.star, 0)));
    const simd::Partners partners = loops.choose_partners(dual, lead, row_plain, row_star);
    if (std::max(partners.plain.gap, partners.star.gap) < p.tolerance) {
      if (out.iterations - refreshed_at <= refresh_period) {
        out.converged = true;
        break;
      }
      refreshed_at = out.iterations;
      refresh_gradient(w, kernel, y);
      lead = loops.update_and_lead(dual, row_plain, row_plain, 0.0);
      continue;
    }
    const bool in_star = partners.star.gain > partners.plain.gain;
    const auto i = static_cast<std::size_t>(in_star ? lead.star : lead.plain);
    const auto j = static_cast<std::size_t>(in_star ? partners.star.index : partners.plain.index);
    const double* row_i = in_star ? row_star : row_plain;
    const double curvature = std::max(diagonal[i] + diagonal[j] - 2.0 * row_i[j], 1e-12);
    const double violation = in_star ? w.gradient[i] - w.gradient[j] : w.gradient[j] - w.gradient[i];
    const double step = move_pair(in_star ? w.alpha_star.data() : w.alpha.data(), i, j, violation / curvature, p.c);
    set_masks(w, i, p.c);
    set_masks(w, j, p.c);
    lead = loops.update_and_lead(dual, row_i, kernel.row(j), in_star ? -step : step);
    ++out.iterations;
  }
  finish(w, y, p, out);
  return out;
}

}  // namespace foretell::svr
