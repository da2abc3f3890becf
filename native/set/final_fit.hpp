// The final fit of a tau and its leave-one-out errors. set/srm_set.hpp says how. Not here: the search.
#pragma once

#include "set/prepared.hpp"

namespace foretell::set {

// Fits every tau of the window with its draw; `fits` are filled but for draw and score, which stay the caller's.
void fit_machines(const Request&, std::span<const Prepared> window, const Target&, std::span<const Draw> draws, std::span<Fit> fits, Progress&,
                  std::atomic<std::int64_t>& iterations);

// Least squares of one tau: OLS, or ridge with the draw of the largest leave-one-out R^2.
Fit fit_least_squares(const Request&, const Prepared&, const Target&, std::span<const Draw> draws);

}  // namespace foretell::set
