// Forests and boosted trees of all taus: a search in k-fold cross-validation, the final fit, and left-out errors.
//
// Draws that differ in the number of trees alone share one growth per fold: the longest of them passes through all the others, tree by tree. Left-out errors are
// out-of-bag for forests, and for boosting those of `refit_folds` refits, whose folds come from the draw's seed. A tree depends on its seed, its number and its
// rows alone, so threads change nothing and a refit with the same draw gives the same bits. Not here: growing (trees/).
#pragma once

#include "set/prepared.hpp"

namespace foretell::set {

// Folds of boosting's left-out errors (fewer where there are fewer rows): each refit sees 90 % of the rows.
inline constexpr std::size_t refit_folds = 10;

void run_ensembles(const Request&, const Target&, std::span<Fit> fits, Progress&);

// Steps of `progress` that a tau takes.
std::size_t ensemble_steps(const Request&);

}  // namespace foretell::set
