// One tau made ready: standardised rows and, for kernels, what all draws share. Not here: solving.
#pragma once

#include "model/standardise.hpp"
#include "set/srm_set.hpp"
#include "svr/kernel.hpp"

namespace foretell::set {

struct Prepared {
  Scaling scaling;
  Rows z;
  Rows pairs;                    // squared distances (RBF) or inner products (linear); empty for least squares
  std::vector<double> diagonal;  // K_tt
};

// The target, standardised, with its order: shared by all taus.
struct Target {
  TargetScaling scaling;
  std::vector<double> y;
  std::vector<std::uint32_t> ascending;
};

Prepared prepare(const Request&, std::size_t tau);
Target prepare_target(const Request&);

// Kernel values of a draw: `pairs` itself where it is linear, else exp into `scratch`.
const Rows& kernel_of(const Request&, const Prepared&, double gamma, Rows& scratch);

}  // namespace foretell::set
