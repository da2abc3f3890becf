// The dual's solver: optimality conditions, constraints, warm starts, masked rows, cached rows.
#include "svr/dual.hpp"

#include <algorithm>
#include <limits>

#include "check.hpp"
#include "model/standardise.hpp"
#include "svr/kernel.hpp"

using namespace foretell;
using namespace foretell::svr;

namespace {

struct Problem {
  Problem(std::size_t n, std::size_t columns, Kernel kernel, unsigned seed) : kind(kernel) {
    z = standardised(check::gaussian(n * columns, seed), n, identity_scaling(columns));
    y = check::gaussian(n, seed + 1);
    for (std::size_t i = 0; i < n; ++i) y[i] += 2.0 * z.row(i)[0];
    diagonal = kernel_diagonal(z, kernel);
    matrix = kernel == Kernel::linear ? inner_products(z) : squared_distances(z);
    if (kernel == Kernel::rbf) rbf_from_distances(matrix, 0.1, matrix);
  }
  Outcome solve_cold(Workspace& w, const Parameters& p) const {
    start_from_target(w, ascending(y), p);
    FullKernel rows(matrix.values.data(), matrix.stride);
    return solve(w, rows, diagonal, y, p, nullptr);
  }
  Kernel kind;
  Rows z, matrix;
  std::vector<double> y, diagonal;
};

// Largest violation of the optimality conditions, recomputed from the alphas alone.
double violation(const Problem& problem, const Workspace& w, double c) {
  double worst = 0.0;
  for (const bool star : {false, true}) {
    const auto& alpha = star ? w.alpha_star : w.alpha;
    double can_rise = -std::numeric_limits<double>::infinity(), can_fall = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t < w.n; ++t) {
      if (w.active[t] == 0) continue;
      double g = -problem.y[t];
      for (std::size_t k = 0; k < w.n; ++k) g += problem.matrix.row(t)[k] * (w.alpha[k] - w.alpha_star[k]);
      const double pull = star ? g : -g;
      if (alpha[t] < c) can_rise = std::max(can_rise, pull);
      if (alpha[t] > 0.0) can_fall = std::min(can_fall, pull);
    }
    worst = std::max(worst, can_rise - can_fall);
  }
  return worst;
}

void check_constraints(const Workspace& w, const Parameters& p) {
  for (const auto* alpha : {&w.alpha, &w.alpha_star}) {
    double sum = 0.0;
    for (std::size_t t = 0; t < w.n; ++t) {
      CHECK((*alpha)[t] >= 0.0 && (*alpha)[t] <= p.c);
      if (w.active[t] == 0) CHECK((*alpha)[t] == 0.0);
      sum += (*alpha)[t];
    }
    const double want = p.c * p.nu * static_cast<double>(w.active_rows()) / 2.0;
    NEAR(sum, want, 1e-10 * want);
  }
}

void solves(std::size_t n, std::size_t columns, Kernel kernel, double c, double nu) {
  const Problem problem(n, columns, kernel, static_cast<unsigned>(n + columns));
  const Parameters p{c, nu, 1e-8};
  Workspace w;
  w.resize(n);
  CHECK(problem.solve_cold(w, p).converged);
  CHECK(violation(problem, w, c) < 1e-7);
  check_constraints(w, p);
}

}  // namespace

TEST("dual: optimality and constraints on kernels, sizes, C and nu", [] {
  for (const Kernel kernel : {Kernel::rbf, Kernel::linear}) {
    for (const std::size_t n : {1, 2, 3, 5, 20, 67}) {
      for (const double c : {1e-4, 0.1, 10.0}) {
        for (const double nu : {0.01, 0.4, 1.0}) solves(n, 6, kernel, c, nu);
      }
    }
  }
});

TEST("dual: a start from a neighbour reaches what a cold start reaches", [] {
  const Problem problem(50, 8, Kernel::rbf, 3);
  Workspace w, cold;
  w.resize(50);
  cold.resize(50);
  problem.solve_cold(w, {5.0, 0.7, 1e-9});
  const auto order = ascending(std::span(w.gradient).first(50));
  for (const Parameters p : {Parameters{1.0, 0.3, 1e-9}, Parameters{10.0, 0.9, 1e-9}}) {
    start_from_neighbour(w, order, p);
    check_constraints(w, p);
    FullKernel rows(problem.matrix.values.data(), problem.matrix.stride);
    const double warm = solve(w, rows, problem.diagonal, problem.y, p, nullptr).objective;
    NEAR(warm, problem.solve_cold(cold, p).objective, 1e-9 * std::abs(warm));
  }
});

TEST("dual: a masked row is as if it were not there, and its gradient is its prediction error", [] {
  const std::size_t n = 31, out = 12;
  const Problem problem(n, 5, Kernel::rbf, 17);
  const Parameters p{2.0, 0.5, 1e-10};
  Workspace masked;
  masked.resize(n);
  masked.active[out] = 0;
  const Outcome with_mask = problem.solve_cold(masked, p);
  check_constraints(masked, p);
  Problem shorter(n, 5, Kernel::rbf, 17);
  Rows fewer(n - 1, 5);
  for (std::size_t i = 0, k = 0; i < n; ++i) {
    if (i != out) std::copy_n(shorter.z.row(i), 5, fewer.row(k++));
  }
  shorter.z = fewer;
  shorter.y.erase(shorter.y.begin() + out);
  shorter.diagonal.pop_back();
  shorter.matrix = squared_distances(fewer);
  rbf_from_distances(shorter.matrix, 0.1, shorter.matrix);
  Workspace plain;
  plain.resize(n - 1);
  const Outcome without = shorter.solve_cold(plain, p);
  NEAR(with_mask.objective, without.objective, 1e-9);
  double prediction = -without.rho;
  for (std::size_t i = 0, k = 0; i < n; ++i) {
    if (i == out) continue;
    prediction += problem.matrix.row(out)[i] * (plain.alpha[k] - plain.alpha_star[k]);
    ++k;
  }
  NEAR(masked.gradient[out] - with_mask.rho, prediction - problem.y[out], 1e-7);
});

TEST("dual: cached rows give the bits of the full matrix, also with the least cache", [] {
  for (const Kernel kernel : {Kernel::rbf, Kernel::linear}) {
    const Problem problem(60, 7, kernel, 23);
    const Parameters p{3.0, 0.5, 1e-6};
    Workspace full, cached;
    full.resize(60);
    cached.resize(60);
    problem.solve_cold(full, p);
    start_from_target(cached, ascending(problem.y), p);
    CachedKernel rows(problem.z, kernel, 0.1, 1);
    solve(cached, rows, problem.diagonal, problem.y, p, nullptr);
    CHECK(full.alpha == cached.alpha);
    CHECK(full.alpha_star == cached.alpha_star);
  }
});

TEST("dual: stops where it is cancelled or out of iterations", [] {
  const Problem problem(60, 40, Kernel::linear, 29);
  Workspace w;
  w.resize(60);
  const std::atomic<bool> cancelled{true};
  const Parameters p{10.0, 0.5, 1e-12};
  start_from_target(w, ascending(problem.y), p);
  FullKernel rows(problem.matrix.values.data(), problem.matrix.stride);
  const Outcome out = solve(w, rows, problem.diagonal, problem.y, p, &cancelled);
  CHECK(!out.converged && out.iterations == 0);
  Parameters few = p;
  few.max_iterations = 10;
  const Outcome limited = problem.solve_cold(w, few);
  CHECK(!limited.converged && limited.iterations == 10);
});
