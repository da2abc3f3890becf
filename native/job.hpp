// Long work off the JavaScript thread.
//
// `start` moves the input into a job on a libuv thread (which may start more threads), where no JavaScript is touched; the result moves out and resolves a
// promise with `convert(env, result)`. JavaScript gets {promise, cancel(), progress()}: progress is polled, so that nothing calls into JavaScript from
// outside its thread. A cancelled job resolves with null. Not here: what the work is.
#pragma once

#include <napi.h>

#include <memory>
#include <utility>

#include "set/parallel.hpp"

namespace foretell {

template <class Input, class Output>
class Job final : public Napi::AsyncWorker {
 public:
  using Work = Output (*)(const Input&, Progress&);
  using Convert = Napi::Object (*)(Napi::Env, const Output&);

  static Napi::Object start(Napi::Env env, Input input, Work work, Convert convert) {
    auto progress = std::make_shared<Progress>();
    auto* job = new Job(env, std::move(input), work, convert, progress);  // deletes itself after OnOK or OnError
    auto handle = Napi::Object::New(env);
    handle.Set("promise", job->deferred_.Promise());
    handle.Set("cancel", Napi::Function::New(env, [progress](const Napi::CallbackInfo&) { progress->cancelled = true; }));
    handle.Set("progress", Napi::Function::New(env, [progress](const Napi::CallbackInfo& info) {
                 const double share = static_cast<double>(progress->done) / static_cast<double>(progress->total);
                 return Napi::Number::New(info.Env(), std::min(1.0, share));
               }));
    job->Queue();
    return handle;
  }

 protected:
  void Execute() override { output_ = work_(input_, *progress_); }
  void OnOK() override { deferred_.Resolve(progress_->cancelled ? Env().Null() : Napi::Value(convert_(Env(), output_))); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Job(Napi::Env env, Input input, Work work, Convert convert, std::shared_ptr<Progress> progress)
      : AsyncWorker(env), deferred_(env), input_(std::move(input)), work_(work), convert_(convert), progress_(std::move(progress)) {}

  Napi::Promise::Deferred deferred_;
  Input input_;
  Output output_;
  Work work_;
  Convert convert_;
  std::shared_ptr<Progress> progress_;
};

}  // namespace foretell
