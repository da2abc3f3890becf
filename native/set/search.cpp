#include "set/search.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "set/cross_validate.hpp"

namespace foretell::set {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// A task is this many draws through all taus of the window: the distances of a tau are read once for all of them.
constexpr std::size_t block = 4;
// Draws of the first round, tried unpruned; each later round doubles what was tried, and is pruned by the best of all rounds before.
constexpr std::size_t first_round = 4 * block;

// Scratch of one worker.
struct Worker {
  svr::Workspace workspace;
  Rows kernel;
  std::vector<Solution> chain;  // [draw of the block][fold]
};

// Strong, moderately wide machines first, so that the bar is high early. Only speed depends on this order.
std::vector<std::size_t> promising_first(const Request& request, std::size_t columns) {
  const auto unlikeliness = [&](const Draw& draw) {
    const double strength = std::log10(draw.c);
    const double width = request.kind == Kind::svr_rbf ? std::log10(draw.gamma * static_cast<double>(columns)) + 0.5 : 0.0;
    return std::abs(strength) + std::abs(width) + std::abs(draw.nu - 0.5);
  };
  std::vector<double> key;
  for (const Draw& draw : request.draws) key.push_back(unlikeliness(draw));
  std::vector<std::size_t> order(key.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key[a] != key[b] ? key[a] < key[b] : a < b; });
  return order;
}

class Search {
 public:
  Search(const Request& request, std::span<const Prepared> window, const Target& target, Progress& progress, std::atomic<std::int64_t>& iterations)
      : request_(request),
        window_(window),
        progress_(progress),
        iterations_(iterations),
        validation_(request, target, progress.cancelled),
        scores_(window.size(), std::vector<double>(request.draws.size(), -infinity)) {}

  std::vector<Choice> run() {
    const auto order = promising_first(request_, window_.back().z.columns);
    std::vector<Worker> workers(request_.threads);
    std::vector<double> bar(window_.size(), -infinity);
    for (std::size_t begin = 0, length = first_round; begin < order.size(); begin += length, length = begin) {
      run_round(workers, std::span(order).subspan(begin, std::min(length, order.size() - begin)), bar);
      for (std::size_t tau = 0; tau < window_.size(); ++tau) bar[tau] = choose(tau).score;
    }
    std::vector<Choice> out;
    for (std::size_t tau = 0; tau < window_.size(); ++tau) out.push_back(choose(tau));
    return out;
  }

 private:
  void run_round(std::vector<Worker>& workers, std::span<const std::size_t> draws, std::span<const double> bar) {
    const std::size_t tasks = (draws.size() + block - 1) / block;
    parallel_for(tasks, request_.threads, progress_, [&](std::size_t task, std::size_t worker) {
      run_block(workers[worker], draws.subspan(task * block, std::min(block, draws.size() - task * block)), bar);
    });
  }

  void run_block(Worker& worker, std::span<const std::size_t> draws, std::span<const double> bar) {
    const std::size_t folds = validation_.folds();
    worker.chain.assign(draws.size() * folds, {});
    std::int64_t iterations = 0;
    for (std::size_t tau = 0; tau < window_.size(); ++tau) {
      for (std::size_t k = 0; k < draws.size(); ++k) {
        if (progress_.cancelled.load(std::memory_order_relaxed)) return;
        const Draw& draw = request_.draws[draws[k]];
        const Rows& kernel = kernel_of(request_, window_[tau], draw.gamma, worker.kernel);
        const auto chain = std::span(worker.chain).subspan(k * folds, folds);
        scores_[tau][draws[k]] = validation_.score(worker.workspace, chain, window_[tau], kernel, draw, bar[tau], iterations);
        progress_.done.fetch_add(1, std::memory_order_relaxed);
      }
    }
    iterations_.fetch_add(iterations, std::memory_order_relaxed);
  }

  Choice choose(std::size_t tau) const {
    const auto best = std::max_element(scores_[tau].begin(), scores_[tau].end());
    return {static_cast<std::int32_t>(best - scores_[tau].begin()), *best};
  }

  const Request& request_;
  std::span<const Prepared> window_;
  Progress& progress_;
  std::atomic<std::int64_t>& iterations_;
  CrossValidation validation_;
  std::vector<std::vector<double>> scores_;  // [tau][draw], each written by one task
};

}  // namespace

std::vector<Choice> search(const Request& request, std::span<const Prepared> window, const Target& target, Progress& progress,
                           std::atomic<std::int64_t>& iterations) {
  return Search(request, window, target, progress, iterations).run();
}

}  // namespace foretell::set
