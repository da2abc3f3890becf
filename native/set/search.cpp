#include "set/search.hpp"

#include <cmath>
#include <limits>
#include <numeric>

namespace foretell::set {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// A task is this many draws through all taus of the window: the distances of a tau are read once for all of them.
constexpr std::size_t block = 4;
// Draws of the first round, tried unpruned; each later round is twice as long and is pruned by the best of all rounds before.
constexpr std::size_t first_round = 4 * block;

// Scratch of one worker. `chain[d][fold]` holds the alphas of the block's draws at the tau before; empty = none.
struct Solution {
  simd::Doubles alpha, alpha_star;
};
struct Worker {
  svr::Workspace workspace;
  Rows kernel;
  std::vector<Solution> chain;
};

// Mean and spread of the target over a fold's own rows: R^2's yardstick.
struct Fold {
  double squares = 0.0;
};

class Search {
 public:
  Search(const Request& request, std::span<const Prepared> window, const Target& target, Progress& progress, std::atomic<std::int64_t>& iterations)
      : request_(request), window_(window), target_(target), progress_(progress), iterations_(iterations), folds_(count_folds()), scores_(window.size()) {
    for (auto& s : scores_) s.assign(request.draws.size(), -infinity);
    squares_.resize(folds_);
    for (std::size_t f = 0; f < folds_; ++f) squares_[f] = squares_of(static_cast<std::int32_t>(f));
  }

  std::vector<Choice> run() {
    const std::vector<std::size_t> order = promising_first();
    std::vector<Worker> workers(request_.threads);
    std::vector<double> bar(window_.size(), -infinity);
    for (std::size_t begin = 0, length = first_round; begin < order.size(); begin += length, length = begin) {
      const std::size_t end = std::min(begin + length, order.size());
      const std::size_t tasks = (end - begin + block - 1) / block;
      parallel_for(tasks, request_.threads, progress_, [&](std::size_t task, std::size_t worker) {
        const std::size_t from = begin + task * block;
        run_block(workers[worker], std::span(order).subspan(from, std::min(block, end - from)), bar);
      });
      for (std::size_t tau = 0; tau < window_.size(); ++tau) bar[tau] = choose(tau).score;
    }
    std::vector<Choice> out;
    for (std::size_t tau = 0; tau < window_.size(); ++tau) out.push_back(choose(tau));
    return out;
  }

 private:
  std::size_t count_folds() const { return static_cast<std::size_t>(*std::max_element(request_.folds.begin(), request_.folds.end())) + 1; }

  double squares_of(std::int32_t fold) const {
    double sum = 0.0, squares = 0.0, count = 0.0;
    for (std::size_t t = 0; t < target_.y.size(); ++t) {
      if (request_.folds[t] != fold) continue;
      sum += target_.y[t];
      squares += target_.y[t] * target_.y[t];
      ++count;
    }
    return count > 0.0 ? std::max(0.0, squares - sum * sum / count) : 0.0;
  }

  // Strong, moderately wide machines first, so that the bar is high early. Only speed depends on this order.
  std::vector<std::size_t> promising_first() const {
    std::vector<std::size_t> order(request_.draws.size());
    std::iota(order.begin(), order.end(), 0U);
    const double columns = static_cast<double>(window_.back().z.columns);
    std::vector<double> distance(order.size());
    for (std::size_t d = 0; d < order.size(); ++d) {
      const Draw& draw = request_.draws[d];
      const double strength = std::log10(draw.c), width = request_.kind == Kind::svr_rbf ? std::log10(draw.gamma * columns) : strength + 1.0;
      distance[d] = std::abs(strength) + std::abs(width + 0.5) + std::abs(draw.nu - 0.5);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return distance[a] != distance[b] ? distance[a] < distance[b] : a < b; });
    return order;
  }

  void run_block(Worker& worker, std::span<const std::size_t> draws, std::span<const double> bar) {
    worker.chain.assign(draws.size() * folds_, {});
    std::int64_t iterations = 0;
    for (std::size_t tau = 0; tau < window_.size(); ++tau) {
      for (std::size_t k = 0; k < draws.size(); ++k) {
        if (progress_.cancelled.load(std::memory_order_relaxed)) return;
        const Draw& draw = request_.draws[draws[k]];
        const Rows& kernel = kernel_of(request_, window_[tau], draw.gamma, worker.kernel);
        scores_[tau][draws[k]] = cross_validate(worker, std::span(worker.chain).subspan(k * folds_, folds_), window_[tau], kernel, draw, bar[tau], iterations);
        progress_.done.fetch_add(1, std::memory_order_relaxed);
      }
    }
    iterations_.fetch_add(iterations, std::memory_order_relaxed);
  }

  // Mean R^2, or -infinity once it cannot exceed `bar`.
  double cross_validate(Worker& worker, std::span<Solution> chain, const Prepared& tau, const Rows& kernel, const Draw& draw, double bar, std::int64_t& iterations) {
    const auto folds = static_cast<double>(folds_);
    double sum = 0.0;
    for (std::size_t fold = 0; fold < folds_; ++fold) {
      sum += fold_score(worker.workspace, chain[fold], tau, kernel, draw, static_cast<std::int32_t>(fold), iterations);
      const auto left = static_cast<double>(folds_ - 1 - fold);
      if ((sum + left) / folds < bar) return -infinity;
    }
    return sum / folds;
  }

  double fold_score(svr::Workspace& w, Solution& before, const Prepared& tau, const Rows& kernel, const Draw& draw, std::int32_t fold, std::int64_t& iterations) {
    const std::size_t n = target_.y.size();
    const svr::Parameters parameters{draw.c, draw.nu, request_.tolerance};
    w.resize(n);
    for (std::size_t t = 0; t < n; ++t) w.active[t] = request_.folds[t] == fold ? 0 : -1;
    if (before.alpha.empty()) {
      svr::start_from_target(w, target_.ascending, parameters);
    } else {
      w.alpha = before.alpha;
      w.alpha_star = before.alpha_star;
    }
    svr::FullKernel rows(kernel.values.data(), kernel.stride);
    const svr::Outcome outcome = svr::solve(w, rows, tau.diagonal, target_.y, parameters, &progress_.cancelled);
    iterations += outcome.iterations;
    before.alpha = w.alpha;
    before.alpha_star = w.alpha_star;
    double errors = 0.0;
    for (std::size_t t = 0; t < n; ++t) {
      if (w.active[t] != 0) continue;
      const double error = w.gradient[t] - outcome.rho;
      errors += error * error;
    }
    const double squares = squares_[static_cast<std::size_t>(fold)];
    if (squares <= 0.0) return errors <= 0.0 ? 1.0 : 0.0;
    return 1.0 - errors / squares;
  }

  Choice choose(std::size_t tau) const {
    const auto& s = scores_[tau];
    const auto best = std::max_element(s.begin(), s.end());
    return {static_cast<std::int32_t>(best - s.begin()), *best};
  }

  const Request& request_;
  std::span<const Prepared> window_;
  const Target& target_;
  Progress& progress_;
  std::atomic<std::int64_t>& iterations_;
  std::size_t folds_;
  std::vector<std::vector<double>> scores_;  // [tau][draw], written by one task each
  std::vector<double> squares_;
};

}  // namespace

std::vector<Choice> search(const Request& request, std::span<const Prepared> window, const Target& target, Progress& progress,
                           std::atomic<std::int64_t>& iterations) {
  return Search(request, window, target, progress, iterations).run();
}

}  // namespace foretell::set
