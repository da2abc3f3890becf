// The batch: threads change nothing, tiny sets work, cancellation and exceptions come through.
#include "set/srm_set.hpp"

#include <stdexcept>

#include "check.hpp"

using namespace foretell;
using namespace foretell::set;

namespace {

Request request_of(Kind kind, std::size_t rows, std::size_t taus, std::size_t draws, std::size_t threads) {
  Request out;
  out.kind = kind;
  out.target = check::gaussian(rows, 1);
  for (std::size_t k = 0; k < taus; ++k) {
    const std::size_t columns = k + 2;
    out.taus.push_back({check::gaussian(rows * columns, static_cast<unsigned>(2 + k)), columns});
    for (std::size_t i = 0; i < rows; ++i) out.taus.back().values[i * columns] += out.target[i];
  }
  const auto noise = check::gaussian(3 * draws, 77);
  for (std::size_t d = 0; d < draws; ++d) {
    const double nu = 0.05 + 0.9 / (1.0 + std::exp(noise[3 * d + 1]));
    out.draws.push_back({std::exp(noise[3 * d]), nu, 0.1 * std::exp(noise[3 * d + 2]), std::exp(noise[3 * d])});
    Draw& draw = out.draws.back();
    draw.trees = 1 + d % 7;
    draw.seed = 9;
    draw.fraction = 0.5;
    draw.depth = 1 + d / 25;
    draw.shrinkage = 0.2;
    draw.subsample = 0.7;
  }
  for (std::size_t i = 0; i < rows; ++i) out.folds.push_back(static_cast<std::int32_t>(i % 3));
  out.threads = threads;
  return out;
}

bool same(const Fit& a, const Fit& b) {
  return a.draw == b.draw && a.score == b.score && a.loo_residuals == b.loo_residuals && a.model.bias == b.model.bias && a.model.weights == b.model.weights &&
         a.model.coefficients == b.model.coefficients && a.model.support == b.model.support &&
         a.model.trees.feature == b.model.trees.feature && a.model.trees.left == b.model.trees.left && a.model.trees.split == b.model.trees.split;
}

}  // namespace

TEST("set: one thread and seven give the same bits", [] {
  for (const Kind kind : {Kind::svr_rbf, Kind::svr_linear, Kind::ridge, Kind::krr, Kind::forest, Kind::boost}) {
    Progress a, b;
    const Result one = run(request_of(kind, 30, 4, 50, 1), a), seven = run(request_of(kind, 30, 4, 50, 7), b);
    CHECK(one.fits.size() == 4 && seven.fits.size() == 4);
    for (std::size_t k = 0; k < one.fits.size(); ++k) CHECK(same(one.fits[k], seven.fits[k]));
    CHECK(one.iterations == seven.iterations);
    CHECK(a.done == a.total && b.done == b.total);
  }
});

TEST("set: refits of one to four rows", [] {
  for (const Kind kind : {Kind::svr_rbf, Kind::svr_linear, Kind::ols, Kind::ridge, Kind::krr, Kind::forest, Kind::boost}) {
    for (const std::size_t rows : {1, 2, 3, 4}) {
      Request request = request_of(kind, rows, 2, 2, 2);
      request.folds.clear();
      Progress progress;
      const Result result = run(request, progress);
      CHECK(result.fits.size() == 2);
      for (const Fit& fit : result.fits) {
        for (const double e : fit.loo_residuals) CHECK(std::isfinite(e));
      }
    }
  }
});

TEST("set: cancelled before it begins, it gives nothing", [] {
  Progress progress;
  progress.cancelled = true;
  CHECK(run(request_of(Kind::svr_rbf, 20, 3, 10, 2), progress).fits.empty());
});

TEST("parallel: every task once, and the first exception comes out", [] {
  Progress progress;
  std::vector<std::atomic<int>> counts(100);
  parallel_for(counts.size(), 4, progress, [&](std::size_t task, std::size_t) { ++counts[task]; });
  for (const auto& count : counts) CHECK(count == 1);
  bool caught = false;
  try {
    parallel_for(50, 3, progress, [](std::size_t task, std::size_t) {
      if (task == 20) throw std::runtime_error("task 20");
    });
  } catch (const std::runtime_error& e) {
    caught = std::string(e.what()) == "task 20";
  }
  CHECK(caught);
});
