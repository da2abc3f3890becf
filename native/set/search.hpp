// The random search of one window of taus: which draw has the best mean R^2 over the folds. set/srm_set.hpp says how. Not here: the final fit.
#pragma once

#include <span>

#include "set/prepared.hpp"

namespace foretell::set {

struct Choice {
  std::int32_t draw = -1;
  double score = 0.0;
};

// One choice a tau of the window. Ties go to the smaller draw index. Adds one to progress.done a draw and tau.
std::vector<Choice> search(const Request&, std::span<const Prepared> window, const Target&, Progress&, std::atomic<std::int64_t>& iterations);

}  // namespace foretell::set
