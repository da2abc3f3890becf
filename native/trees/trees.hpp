// Regression trees as flat arrays, in the form that kernels read as well.
//
// Node k is a leaf where feature[k] = -1, and split[k] is then its value; else a row goes to node left[k] where its feature[k] <= split[k] and to left[k] + 1
// where not (NaN too). Rows are read as f32 and leaf values are f32 numbers, so f32 and f64 arithmetic reach the same leaf with the same value and
// differ only in how they add leaves up. A tree is named by its root; an ensemble's value is bias + weight * (sum over its trees).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace foretell::trees {

struct TreesView {
  std::span<const std::int32_t> feature, left;
  std::span<const float> split;
  std::span<const std::int32_t> roots;
};

struct Trees {
  std::vector<std::int32_t> feature, left;
  std::vector<float> split;
  std::vector<std::int32_t> roots;

  TreesView view() const { return {feature, left, split, roots}; }
  void clear() {
    feature.clear();
    left.clear();
    split.clear();
    roots.clear();
  }
};

// read(j) = feature j of the row, as f32.
template <class Read>
float leaf_of(const TreesView& t, std::int32_t root, Read read) {
  auto node = static_cast<std::size_t>(root);
  while (t.feature[node] >= 0) {
    const bool goes_left = read(static_cast<std::size_t>(t.feature[node])) <= t.split[node];
    node = static_cast<std::size_t>(t.left[node]) + (goes_left ? 0 : 1);
  }
  return t.split[node];
}

// Sum of the leaves that a row falls into, in the order of the trees.
template <class Read>
double sum_of_leaves(const TreesView& t, Read read) {
  double sum = 0.0;
  for (const std::int32_t root : t.roots) sum += static_cast<double>(leaf_of(t, root, read));
  return sum;
}

}  // namespace foretell::trees
