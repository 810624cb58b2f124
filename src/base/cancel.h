// Cancellation: one source, many tokens, callbacks.
#pragma once

#include <functional>
#include <memory>

namespace gyr::base {

/// Runs a callback when its source is cancelled. Keep the registration while the callback may run; destroying it
/// guarantees that the callback neither runs nor is running (unless it is destroyed from within the callback).
class CancelRegistration {
 public:
  CancelRegistration() = default;
  CancelRegistration(CancelRegistration&&) noexcept = default;
  CancelRegistration& operator=(CancelRegistration&& other) noexcept;
  ~CancelRegistration();

  struct Entry;  ///< internal

 private:
  friend class CancelToken;
  std::shared_ptr<Entry> entry_;
};

/// A computation checks it to learn whether it has been cancelled. Copyable, any thread; a default token is never
/// cancelled.
class CancelToken {
 public:
  CancelToken() = default;
  bool cancelled() const;
  /// Calls `callback` once, on the thread that cancels; at once if it is cancelled already.
  CancelRegistration on_cancel(std::function<void()> callback) const;

  struct State;  ///< internal

 private:
  friend class CancelSource;
  explicit CancelToken(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// The side that cancels. Any thread; cancelling twice does nothing the second time.
class CancelSource {
 public:
  CancelSource();
  CancelToken token() const { return CancelToken(state_); }
  void cancel();
  bool cancelled() const;

 private:
  std::shared_ptr<CancelToken::State> state_;
};

}  // namespace gyr::base
