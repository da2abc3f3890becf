// Counter-based random numbers: a stream is named by a seed and a number, never by what was drawn before.
//
// Problem: tree t of a forest must be the same whether it is grown alone, in a longer forest or on another thread. splitmix64 (Steele, Lea, Flood 2014): draw i
// of a stream is a mixing function of key + i * golden, and the key is the mixed (seed, number). Not here: seeds (JavaScript owns randomness).
#pragma once

#include <cstdint>

namespace foretell::trees {

class Stream {
 public:
  Stream(std::uint64_t seed, std::uint64_t number) : state_(mixed(mixed(seed + golden) ^ (number * golden + 1))) {}

  // Uniform in 0 .. n - 1; the bias of the multiply-shift is below n / 2^32.
  std::uint32_t below(std::uint32_t n) {
    state_ += golden;
    return static_cast<std::uint32_t>(((mixed(state_) >> 32) * n) >> 32);
  }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;

  static std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
  }

  std::uint64_t state_;
};

}  // namespace foretell::trees
