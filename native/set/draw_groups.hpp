// Draws that share work: one kernel for all penalties, one ensemble for all numbers of trees. Not here: the work.
#pragma once

#include <cstddef>
#include <vector>

#include "set/srm_set.hpp"

namespace foretell::set {

// Indices of draws that are `alike`, in the order in which groups first occur; within one, ascending.
template <class Alike>
std::vector<std::vector<std::size_t>> draw_groups(const std::vector<Draw>& draws, Alike alike) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t d = 0; d < draws.size(); ++d) {
    auto group = groups.begin();
    while (group != groups.end() && !alike(draws[group->front()], draws[d])) ++group;
    if (group == groups.end()) groups.push_back({d});
    else group->push_back(d);
  }
  return groups;
}

}  // namespace foretell::set
