#include "trees/table.hpp"

#include <algorithm>
#include <numeric>

namespace foretell::trees {

Table table_of(std::span<const double> values, std::size_t rows, std::size_t columns) {
  Table out{rows, columns, std::vector<float>(rows * columns), std::vector<std::uint32_t>(rows * columns), {}};
  for (std::size_t j = 0; j < columns; ++j) {
    float* column = out.values.data() + j * rows;
    for (std::size_t i = 0; i < rows; ++i) column[i] = static_cast<float>(values[i * columns + j]);
    std::uint32_t* order = out.order.data() + j * rows;
    std::iota(order, order + rows, 0U);
    std::stable_sort(order, order + rows, [column](std::uint32_t a, std::uint32_t b) { return column[a] < column[b]; });
    if (column[order[0]] < column[order[rows - 1]]) out.varying.push_back(static_cast<std::uint32_t>(j));
  }
  return out;
}

}  // namespace foretell::trees
