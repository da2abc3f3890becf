// Kernel ridge regressions of one window of taus: the draw of the largest leave-one-out R^2, and its fit.
//
// Leave-one-out is exact and closed, so no folds are needed: draws with one gamma share a kernel and its tridiagonal form. The final fit begins from the
// kernel again, so a refit with the same draw gives the same bits. Not here: the algebra (ridge/kernel_ridge.hpp).
#pragma once

#include "set/prepared.hpp"

namespace foretell::set {

// `from` = index of the window's first tau among the request's. Fills `fits` whole.
void run_kernel_ridge(const Request&, std::span<const Prepared> window, const Target&, std::size_t from, std::span<Fit> fits, Progress&);

// Steps of `progress` that a tau takes.
std::size_t kernel_ridge_steps(const Request&);

}  // namespace foretell::set
