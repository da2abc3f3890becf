// Singular value decomposition of a small dense matrix.
//
// Problem: Z = sum_k s_k u_k v_k', s_k > 0. Method: one-sided Jacobi (Hestenes 1958): plane rotations make the columns of Z (or of Z' where it has fewer rows)
// orthogonal; it resolves small singular values to high relative accuracy (Demmel and Veselic 1992), which learning-curve features need: they hold
// first and second differences of columns that are there as well, so they are rank-deficient by construction.
// Values below 1e-10 of the largest are dropped: differences carry rounding errors of about 1e-14 after standardisation.
#pragma once

#include <vector>

#include "model/rows.hpp"

namespace foretell::linear {

struct Spectrum {
  Rows left;   // rank x n, row k = u_k
  Rows right;  // rank x d, row k = v_k
  std::vector<double> values;

  std::size_t rank() const { return values.size(); }
};

Spectrum spectrum_of(const Rows& z);

}  // namespace foretell::linear
