// From a solved dual to a model, and one fit from features to model.
//
// A linear machine collapses to its weight vector sum_t beta_t z_t; an RBF machine keeps the rows with beta_t != 0.
// Not here: searches over hyper-parameters (set/).
#pragma once

#include <atomic>

#include "model/model.hpp"
#include "svr/dual.hpp"
#include "svr/kernel.hpp"

namespace foretell::svr {

// Up to this many rows the whole kernel matrix is held (32 MB); beyond, rows are cached.
inline constexpr std::size_t full_kernel_limit = 2000;
inline constexpr std::size_t cache_budget = std::size_t{128} << 20;

struct Machine {
  Model model;
  Outcome outcome;
  std::vector<double> alpha, alpha_star;
};

// `scaling` and `target` are stored in the model; z and the dual are in their units.
Model model_of(const Workspace&, const Outcome&, const Rows& z, Kernel, double gamma, const Scaling&, TargetScaling);

Machine fit(const Rows& z, std::span<const double> y, Kernel, double gamma, const Parameters&, const Scaling&, TargetScaling,
            const std::atomic<bool>* cancelled);

}  // namespace foretell::svr
