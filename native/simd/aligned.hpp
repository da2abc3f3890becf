// Vectors whose data start on a SIMD boundary. Not here: arithmetic.
#pragma once

#include <cstdint>
#include <new>
#include <vector>

#include "simd/loops.hpp"

namespace foretell::simd {

template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit(false) AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{alignment})); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{alignment}); }
  template <class U>
  bool operator==(const AlignedAllocator<U>&) const { return true; }
};

using Doubles = std::vector<double, AlignedAllocator<double>>;
using Masks = std::vector<std::int64_t, AlignedAllocator<std::int64_t>>;

}  // namespace foretell::simd
