// A fixed list of independent tasks over threads.
//
// Tasks are handed out by a counter, so which thread runs which is chance: a task must depend on its number alone, and then the result does not
// depend on the number of threads. The calling thread works too. The first exception is rethrown here after all threads have ended.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace foretell {

// What a running job and its owner share.
struct Progress {
  std::atomic<bool> cancelled{false};
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> total{1};
};

// body(task, worker): worker < threads names scratch memory. Tasks that have not begun when `cancelled` is set never begin.
template <class Body>
void parallel_for(std::size_t tasks, std::size_t threads, const Progress& progress, Body body) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto work = [&](std::size_t worker) {
    try {
      for (std::size_t task = next++; task < tasks && !progress.cancelled.load(std::memory_order_relaxed); task = next++) body(task, worker);
    } catch (...) {
      const std::scoped_lock lock(failing);
      if (failure == nullptr) failure = std::current_exception();
      next = tasks;
    }
  };
  std::vector<std::jthread> helpers;
  for (std::size_t worker = 1; worker < std::min(threads, tasks); ++worker) helpers.emplace_back(work, worker);
  work(0);
  helpers.clear();
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace foretell
