// Features as trees read them: single precision, by columns, each column's rows in ascending order.
//
// Trees see only the order of a column, so raw units do. Single precision everywhere (training, native prediction, WGSL) is what makes a row take the same
// branches on every machine: all of them compare the same two floats. Not here: growing (trees/grower.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace foretell::trees {

struct Table {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;         // column-major
  std::vector<std::uint32_t> order;  // column-major: rows by ascending value, equal values by row
  std::vector<std::uint32_t> varying;  // columns that hold more than one value

  const float* column(std::size_t j) const { return values.data() + j * rows; }
  const std::uint32_t* ascending(std::size_t j) const { return order.data() + j * rows; }
};

// values: row-major, rows x columns.
Table table_of(std::span<const double> values, std::size_t rows, std::size_t columns);

}  // namespace foretell::trees
