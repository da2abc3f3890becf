#include "svr/dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <ranges>

#include "svr/subspace.hpp"

namespace foretell::svr {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// After this many steps the gradient is rebuilt from beta: rounding errors of the updates would otherwise decide the last digits.
constexpr std::int64_t refresh_period = 20'000;
constexpr std::int64_t cancel_period = 4096;
// libsvm's tau: the curvature of a direction that is flat (duplicate rows), so that the step runs into the box.
constexpr double flat_curvature = 1e-12;
// Newton steps in a row while bounds cut them short.
constexpr int newton_chain = 4;
// Pair steps between Newton steps: enough to free the rows that violate most, few enough not to undo the subspace's optimum; more where a Newton
// step is dear (multiply-adds a row and pair step).
constexpr std::int64_t pairs_between = 4;
constexpr std::int64_t adds_a_row = 200;
// Before the first Newton step pairs get about the time that it will take: that many multiply-adds a row and pair step.
constexpr std::int64_t adds_before = 12;

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
  const std::size_t n = w.n, stride = simd::padded(n);
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

// The iteration. Newton steps (svr/subspace.hpp) begin once a problem has proved slow, and then take about half of the time.
class Solver {
 public:
  Solver(Workspace& w, KernelRows& kernel, std::span<const double> y, const Parameters& p, const std::atomic<bool>* cancelled)
      : w_(w),
        kernel_(kernel),
        y_(y),
        p_(p),
        cancelled_(cancelled),
        dual_{w.n,
              simd::padded(w.n),
              w.diagonal.data(),
              w.gradient.data(),
              w.alpha.data(),
              w.alpha_star.data(),
              w.can_rise.data(),
              w.can_fall.data(),
              w.star_can_rise.data(),
              w.star_can_fall.data(),
              p.c},
        newton_at_(static_cast<std::int64_t>(p.patience * static_cast<double>(w.n))) {}

  Outcome run() {
    restart();
    while (out_.iterations < p_.max_iterations && !stopped()) {
      if (out_.iterations >= newton_at_) accelerate();
      const double* row_plain = row_of(lead_.plain);
      const double* row_star = row_of(lead_.star);
      const simd::Partners partners = loops_.choose_partners(dual_, lead_, row_plain, row_star);
      if (std::max(partners.plain.gap, partners.star.gap) >= p_.tolerance) {
        const bool star = partners.star.gain > partners.plain.gain;
        step(star, star ? lead_.star : lead_.plain, star ? partners.star.index : partners.plain.index, star ? row_star : row_plain);
        continue;
      }
      if (out_.iterations - refreshed_at_ <= refresh_period) {
        out_.converged = true;
        break;
      }
      restart();
    }
    finish(w_, y_, p_, out_);
    return out_;
  }

 private:
  bool stopped() const { return out_.iterations % cancel_period == 0 && cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed); }
  const double* row_of(std::int64_t index) { return kernel_.row(static_cast<std::size_t>(std::max<std::int64_t>(index, 0))); }

  void restart() {
    refreshed_at_ = out_.iterations;
    refresh_gradient(w_, kernel_, y_);
    lead();
  }

  void lead() {
    for (std::size_t t = 0; t < w_.n; ++t) set_masks(w_, t, p_.c);
    const double* row = kernel_.row(0);
    lead_ = loops_.update_and_lead(dual_, row, row, 0.0);
  }

  void accelerate() {
    const std::int64_t due = newton_cost(w_, p_.c) / (adds_before * static_cast<std::int64_t>(w_.n));
    if (!accelerated_ && out_.iterations < due) {
      newton_at_ = due;
      return;
    }
    accelerated_ = true;
    const std::int64_t spent = descend(w_, w_.subspace, kernel_, p_.c, newton_chain);
    newton_at_ = out_.iterations + std::max(pairs_between, spent / (adds_a_row * static_cast<std::int64_t>(w_.n)));
    lead();
  }

  void step(bool star, std::int64_t rising, std::int64_t falling, const double* row_i) {
    const auto i = static_cast<std::size_t>(rising), j = static_cast<std::size_t>(falling);
    const double curvature = std::max(w_.diagonal[i] + w_.diagonal[j] - 2.0 * row_i[j], flat_curvature);
    const double violation = star ? w_.gradient[i] - w_.gradient[j] : w_.gradient[j] - w_.gradient[i];
    const double moved = move_pair((star ? w_.alpha_star : w_.alpha).data(), i, j, violation / curvature, p_.c);
    set_masks(w_, i, p_.c);
    set_masks(w_, j, p_.c);
    lead_ = loops_.update_and_lead(dual_, row_i, kernel_.row(j), star ? -moved : moved);
    ++out_.iterations;
  }

  const simd::Loops& loops_ = simd::loops();
  Workspace& w_;
  KernelRows& kernel_;
  std::span<const double> y_;
  const Parameters& p_;
  const std::atomic<bool>* cancelled_;
  simd::Dual dual_;
  Outcome out_;
  simd::Leaders lead_{};
  std::int64_t refreshed_at_ = 0;
  std::int64_t newton_at_;
  bool accelerated_ = false;
};

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
  std::copy(diagonal.begin(), diagonal.end(), w.diagonal.begin());
  return Solver(w, kernel, y, p, cancelled).run();
}

}  // namespace foretell::svr
