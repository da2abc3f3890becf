// Kernel matrices of a training set, and the predictions of fitted machines.
//
// Problem: k(a, b) = exp(-gamma |a - b|^2) or a . b. Squared distances depend on the features alone, so a search over (C, nu, gamma) computes
// them once and takes exp a gamma; they are summed from differences, not from norms, so that duplicate rows are at distance exactly 0.
// Not here: standardisation (model/standardise.hpp), the dual (svr/dual.hpp).
#pragma once

#include <cstddef>
#include <list>
#include <span>
#include <unordered_map>

#include "model/rows.hpp"
#include "svr/dual.hpp"

namespace foretell::svr {

enum class Kernel { rbf, linear };

// count x count, symmetric, each row padded to simd::padded(count) with zeros.
Rows inner_products(const Rows& z);
Rows squared_distances(const Rows& z);

// values = exp(-gamma * distances), padding zero. `out` must have the shape of `distances`.
void rbf_from_distances(const Rows& distances, double gamma, Rows& out);

// Rows computed when asked for and kept in a least-recently-used cache of `budget` bytes (at least four rows): for sets too large for a full matrix.
class CachedKernel final : public KernelRows {
 public:
  CachedKernel(const Rows& z, Kernel kernel, double gamma, std::size_t budget);
  const double* row(std::size_t i) override;

 private:
  void compute(std::size_t i, double* out) const;

  struct Slot {
    std::size_t row;
    simd::Doubles values;
  };
  const Rows& z_;
  Kernel kernel_;
  double gamma_;
  std::size_t capacity_;
  std::list<Slot> recent_;  // front = used last
  std::unordered_map<std::size_t, std::list<Slot>::iterator> where_;
};

// K_tt for every row.
std::vector<double> kernel_diagonal(const Rows& z, Kernel kernel);

}  // namespace foretell::svr
