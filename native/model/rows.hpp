// A matrix of samples as the solvers want it. Not here: arithmetic.
#pragma once

#include <cstddef>

#include "simd/aligned.hpp"

namespace foretell {

// Row-major rows whose length is padded with zeros to whole vectors.
struct Rows {
  simd::Doubles values;
  std::size_t count = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;

  Rows() = default;
  Rows(std::size_t rows, std::size_t width) : values(rows * simd::padded(width), 0.0), count(rows), columns(width), stride(simd::padded(width)) {}
  const double* row(std::size_t i) const { return values.data() + i * stride; }
  double* row(std::size_t i) { return values.data() + i * stride; }
};

}  // namespace foretell
