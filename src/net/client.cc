// The client's thread, and the two ways to wait for an answer.
#include <curl/curl.h>

#include <deque>
#include <mutex>
#include <queue>
#include <thread>

#include "base/assert.h"
#include "base/edge.h"
#include "base/one_shot.h"
#include "net/client_transfer.h"
#include "net/http.h"
#include "net/thread.h"

namespace gyr::net {
namespace {

using base::MonotonicTime;

/// Idle connections kept for the next request to the same host.
constexpr long kept_connections = 32;
/// Handles kept for the next request; making one costs about 10 µs and 5 KB.
constexpr size_t spare_handles = 16;
/// Without work the thread sleeps until it is woken; libcurl requires a number.
constexpr int sleep_ms = 3'600'000;
/// A streamed body waits in memory up to this much; then the server has to wait.
constexpr size_t stream_buffer_bytes = 256 * 1024;

struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

base::Error cancelled() { return {request_cancelled, "the request was cancelled"}; }
base::Error client_closed() {
  return {request_cancelled, "the request was cancelled because the client is shutting down"};
}

/// The thread and its data. Shared with the objects that may still cancel or resume a request.
///
/// Everything reaches the thread as a command through one queue; curl_multi_wakeup() wakes it. Only the thread uses
/// transfers and libcurl, so nothing else is locked.
class ClientCore {
 public:
  ClientCore() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  }
  ~ClientCore() { GYR_ASSERT(!thread_.joinable()); }

  /// Any thread. The sink hears of the end in any case.
  uint64_t submit(ClientRequest request, Url url, std::shared_ptr<AnswerSink> sink) {
    Command command;
    command.kind = Command::Kind::start;
    std::unique_lock lock(mutex_);
    if (stopping_) {
      lock.unlock();
      sink->on_end(base::fail(client_closed()));
      return 0;
    }
    const uint64_t id = command.id = ++last_id_;
    command.transfer = std::make_unique<Transfer>(id, std::move(request), std::move(url), std::move(sink));
    if (!multi_) start_thread_locked();
    push_locked(std::move(command));
    return id;
  }

  /// Any thread; nothing happens to a request that has ended.
  void cancel(uint64_t id) { push({Command::Kind::cancel, id, nullptr}); }
  void resume(uint64_t id) { push({Command::Kind::resume, id, nullptr}); }

  /// Ends all requests. Not on the client's own thread.
  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      if (multi_) curl_multi_wakeup(multi_.get());
    }
    if (thread_.joinable()) thread_.join();
    multi_.reset();
  }

 private:
  struct Command {
    enum class Kind { start, cancel, resume };
    Kind kind = Kind::start;
    uint64_t id = 0;
    std::unique_ptr<Transfer> transfer;
  };

  void start_thread_locked() {
    multi_.reset(curl_multi_init());
    GYR_ASSERT(multi_);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kept_connections);
    // One connection per request also over HTTP/2: a transfer that is paused, or a connection that breaks, harms no
    // other.
    curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    thread_ = start_thread("http-client", [this] { work(); });
  }

  void push(Command command) {
    std::lock_guard lock(mutex_);
    if (!stopping_ && multi_) push_locked(std::move(command));
  }
  void push_locked(Command command) {
    commands_.push_back(std::move(command));
    if (commands_.size() == 1) curl_multi_wakeup(multi_.get());
  }

  // The rest on the client's thread.

  void work() {
    for (;;) {
      std::deque<Command> commands;
      bool stopping;
      {
        std::lock_guard lock(mutex_);
        commands.swap(commands_);
        stopping = stopping_;
      }
      for (Command& command : commands) obey(command);
      if (stopping) break;
      int running = 0;
      // Only misuse and lack of memory make these two fail.
      GYR_ASSERT(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
      take_results();
      const int wait_ms = end_idle();
      GYR_ASSERT(curl_multi_poll(multi_.get(), nullptr, 0, wait_ms, nullptr) == CURLM_OK);
    }
    while (!transfers_.empty()) end_with(transfers_.begin()->second.get(), client_closed());
    spare_.clear();
  }

  void obey(Command& command) noexcept {
    try {
      carry_out(command);
    } catch (...) {
      end_by_exception(command.id, "a transfer");
    }
  }

  void end_by_exception(uint64_t id, std::string_view doing) noexcept {
    base::Error error = base::caught_at(base::Edge::client, doing);
    auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    try {
      end_with(found->second.get(), error);
    } catch (...) {
      (void)base::caught_at(base::Edge::client, "the end of a transfer");
    }
  }

  void carry_out(Command& command) {
    if (command.kind == Command::Kind::start) {
      start(std::move(command.transfer));
      return;
    }
    auto found = transfers_.find(command.id);
    if (found == transfers_.end()) return;
    if (command.kind == Command::Kind::cancel) {
      end_with(found->second.get(), cancelled());
    } else {
      found->second->resume();
    }
  }

  void start(std::unique_ptr<Transfer> owned) {
    Transfer* transfer = owned.get();
    transfers_.emplace(transfer->id(), std::move(owned));
    EasyHandle easy;
    if (spare_.empty()) {
      easy.reset(curl_easy_init());
      GYR_ASSERT(easy);
    } else {
      easy = std::move(spare_.back());
      spare_.pop_back();
    }
    auto begun = transfer->begin(std::move(easy), base::monotonic_now());
    if (!begun) {
      transfer->fail(begun.error());
      forget(transfer);
      return;
    }
    curl_multi_add_handle(multi_.get(), transfer->easy());
    watch_idle(*transfer);
  }

  void take_results() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      char* pointer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pointer);
      auto* transfer = reinterpret_cast<Transfer*>(pointer);
      curl_multi_remove_handle(multi_.get(), transfer->easy());  // the message is invalid from here on
      try {
        if (transfer->hop_ended(code, base::monotonic_now()) == Transfer::Next::again) {
          curl_multi_add_handle(multi_.get(), transfer->easy());
        } else {
          forget(transfer);
        }
      } catch (...) {
        end_by_exception(transfer->id(), "the end of a transfer");
      }
    }
  }

  void end_with(Transfer* transfer, base::Error error) {
    if (transfer->easy() != nullptr) curl_multi_remove_handle(multi_.get(), transfer->easy());
    if (!transfer->ended()) transfer->fail(std::move(error));
    forget(transfer);
  }

  void forget(Transfer* transfer) {
    if (spare_.size() < spare_handles && transfer->easy() != nullptr) spare_.push_back(transfer->take_easy());
    transfers_.erase(transfer->id());
  }

  /// Notes when to look whether a transfer is silent. It may be active meanwhile: then it is noted again.
  void watch_idle(const Transfer& transfer) {
    if (auto look = transfer.next_idle_look(base::monotonic_now())) idle_looks_.emplace(*look, transfer.id());
  }

  /// Ends what has been silent for too long; gives the time until the next look.
  int end_idle() {
    if (idle_looks_.empty()) return sleep_ms;
    const MonotonicTime now = base::monotonic_now();
    while (!idle_looks_.empty() && idle_looks_.top().first <= now) {
      auto found = transfers_.find(idle_looks_.top().second);
      idle_looks_.pop();
      if (found == transfers_.end()) continue;
      Transfer* transfer = found->second.get();
      auto deadline = transfer->idle_deadline();
      if (deadline && *deadline <= now) {
        end_with(transfer, transfer->idle_error());
      } else {
        watch_idle(*transfer);
      }
    }
    if (idle_looks_.empty()) return sleep_ms;
    auto wait = std::chrono::ceil<std::chrono::milliseconds>(idle_looks_.top().first - now);
    return static_cast<int>(std::min<int64_t>(sleep_ms, wait.count()));
  }

  std::mutex mutex_;  // guards the next four; multi_ is set once
  std::deque<Command> commands_;
  bool stopping_ = false;
  uint64_t last_id_ = 0;
  std::unique_ptr<CURLM, MultiCleanup> multi_;
  std::thread thread_;

  std::unordered_map<uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::vector<EasyHandle> spare_;
  using Look = std::pair<MonotonicTime, uint64_t>;
  std::priority_queue<Look, std::vector<Look>, std::greater<>> idle_looks_;
};

// ---------------------------------------------------------------------------------------------- whole answers

class WholeAnswer final : public AnswerSink {
 public:
  explicit WholeAnswer(base::Loop& loop) : answer(loop) {}
  bool streams() const override { return false; }
  void on_head(ClientResponse) override {}
  bool on_piece(std::string_view) override { return true; }
  void on_end(base::Result<ClientResponse> outcome) override { answer.deliver(std::move(outcome)); }

  base::OneShot<base::Result<ClientResponse>> answer;
};

base::Task<base::Result<ClientResponse>> send_whole(std::shared_ptr<ClientCore> core, ClientRequest request,
                                                    base::Loop& loop, base::CancelToken cancel) {
  GYR_CO_TRY(Url url, check_request(request));
  if (cancel.cancelled()) co_return base::fail(cancelled());
  auto sink = std::make_shared<WholeAnswer>(loop);
  const uint64_t id = core->submit(std::move(request), std::move(url), sink);
  base::CancelRegistration registration = cancel.on_cancel([core, id] { core->cancel(id); });
  co_return co_await sink->answer.wait();
}

// ---------------------------------------------------------------------------------------------- streamed answers

/// What lies between the client's thread, which fills, and the reader on its loop, which empties.
class StreamedAnswer final : public AnswerSink {
 public:
  explicit StreamedAnswer(base::Loop& loop) : head(loop), loop_(loop) {}

  bool streams() const override { return true; }

  void on_head(ClientResponse response) override {
    head_given_ = true;
    head.deliver(std::move(response));
  }

  bool on_piece(std::string_view piece) override {
    std::unique_lock lock(mutex_);
    if (waiting_bytes_ >= stream_buffer_bytes) {
      paused_ = true;
      return false;
    }
    pieces_.emplace_back(piece);
    waiting_bytes_ += piece.size();
    wake(lock);
    return true;
  }

  void on_end(base::Result<ClientResponse> outcome) override {
    if (!head_given_) {
      head_given_ = true;
      head.deliver(outcome);
    }
    std::unique_lock lock(mutex_);
    ended_ = true;
    if (!outcome) error_ = outcome.error();
    wake(lock);
  }

  /// What there is: a piece, the end (empty), an error; or nothing yet, then `waiter` hears of the next change.
  std::optional<base::Result<std::string>> take(std::optional<base::OneShot<bool>>& waiter, bool& resume) {
    std::lock_guard lock(mutex_);
    if (!pieces_.empty()) {
      std::string piece = std::move(pieces_.front());
      pieces_.pop_front();
      waiting_bytes_ -= piece.size();
      resume = paused_ && waiting_bytes_ <= stream_buffer_bytes / 2;
      if (resume) paused_ = false;
      return piece;
    }
    if (error_) return base::fail(*error_);
    if (ended_) return std::string();
    waiter_.emplace(loop_);
    waiter = waiter_;
    return std::nullopt;
  }

  base::OneShot<base::Result<ClientResponse>> head;

 private:
  void wake(std::unique_lock<std::mutex>& lock) {
    auto waiter = std::exchange(waiter_, std::nullopt);
    lock.unlock();
    if (waiter) waiter->deliver(true);
  }

  base::Loop& loop_;
  bool head_given_ = false;  // of the client's thread
  std::mutex mutex_;
  std::deque<std::string> pieces_;
  size_t waiting_bytes_ = 0;
  bool paused_ = false;
  bool ended_ = false;
  std::optional<base::Error> error_;
  std::optional<base::OneShot<bool>> waiter_;
};

/// The body of a streamed answer. Dropping it ends the transfer.
class StreamedBody final : public BodyReader {
 public:
  StreamedBody(std::shared_ptr<ClientCore> core, uint64_t id, std::shared_ptr<StreamedAnswer> answer,
               base::CancelRegistration registration)
      : core_(std::move(core)), id_(id), answer_(std::move(answer)), registration_(std::move(registration)) {}
  ~StreamedBody() override { core_->cancel(id_); }

  base::Task<base::Result<std::string>> next() override {
    for (;;) {
      std::optional<base::OneShot<bool>> waiter;
      bool resume = false;
      auto piece = answer_->take(waiter, resume);
      if (resume) core_->resume(id_);
      if (piece) co_return std::move(*piece);
      co_await waiter->wait();
    }
  }

 private:
  std::shared_ptr<ClientCore> core_;
  uint64_t id_;
  std::shared_ptr<StreamedAnswer> answer_;
  base::CancelRegistration registration_;
};

base::Task<base::Result<StreamedResponse>> open_stream(std::shared_ptr<ClientCore> core, ClientRequest request,
                                                       base::Loop& loop, base::CancelToken cancel) {
  GYR_CO_TRY(Url url, check_request(request));
  if (request.to_file) co_return base::fail(bad_request, "a response can be streamed or written to a file, not both");
  if (cancel.cancelled()) co_return base::fail(cancelled());
  auto answer = std::make_shared<StreamedAnswer>(loop);
  const uint64_t id = core->submit(std::move(request), std::move(url), answer);
  base::CancelRegistration registration = cancel.on_cancel([core, id] { core->cancel(id); });
  GYR_CO_TRY(ClientResponse head, co_await answer->head.wait());
  StreamedResponse response;
  response.status = head.status;
  response.headers = std::move(head.headers);
  response.effective_url = std::move(head.effective_url);
  response.body = std::make_unique<StreamedBody>(core, id, answer, std::move(registration));
  co_return response;
}

// ---------------------------------------------------------------------------------------------- the client

class CurlClient final : public HttpClient {
 public:
  ~CurlClient() override { core_->stop(); }

  base::Task<base::Result<ClientResponse>> send(ClientRequest request, base::Loop& loop,
                                                base::CancelToken cancel) override {
    return send_whole(core_, std::move(request), loop, std::move(cancel));
  }
  base::Task<base::Result<StreamedResponse>> open(ClientRequest request, base::Loop& loop,
                                                  base::CancelToken cancel) override {
    return open_stream(core_, std::move(request), loop, std::move(cancel));
  }

 private:
  std::shared_ptr<ClientCore> core_ = std::make_shared<ClientCore>();
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client() { return std::make_unique<CurlClient>(); }

}  // namespace gyr::net
