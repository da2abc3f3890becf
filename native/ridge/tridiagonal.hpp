// The part of a kernel matrix that an intercept leaves, as a tridiagonal matrix.
//
// Problem: V'KV = T, where the n - 1 columns of V are an orthonormal basis of the vectors that sum to 0. All penalties of one kernel then cost O(n^2) each
// (Elden 1977 does so with bidiagonal forms). Method: Householder reflections, the first of which turns (1, ..., 1) into the first axis, which is dropped.
// A spectrum would do as well, and needs the iterative half of an eigensolver that this does without: 0.7 ms against about 4 ms at n = 100.
// Not here: penalties (ridge/kernel_ridge.hpp), kernels (svr/kernel.hpp).
#pragma once

#include <vector>

#include "model/rows.hpp"

namespace foretell::ridge {

struct Tridiagonal {
  std::vector<double> diagonal;  // n - 1
  std::vector<double> off;       // off[k] couples k and k + 1
  Rows basis;                    // (n - 1) x n, row k = column k of V
};

// kernel: n x n, symmetric, padding zero.
Tridiagonal tridiagonal_of(const Rows& kernel);

}  // namespace foretell::ridge
