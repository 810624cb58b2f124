// Inside net only: one request of the HTTP client, over all its redirects.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "base/clock.h"
#include "base/edge.h"
#include "net/http.h"
#include "net/url.h"

namespace gyr::net {

/// Frees what libcurl gave.
struct CurlFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, CurlFree>;

/// Checks what can be checked before anything is sent: URL, method, headers, options. Any thread.
base::Result<Url> check_request(const ClientRequest& request);

/// The receiver of the response: the whole response as one value, or its head and then its body piece by piece. Called
/// on the thread of the client.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  /// Does the sink take the body itself, through on_piece()?
  virtual bool streams() const = 0;
  virtual void on_head(ClientResponse head) = 0;
  /// False: the receiver is full, and the transfer pauses until Transfer::resume().
  virtual bool on_piece(std::string_view piece) = 0;
  /// Once, last.
  virtual void on_end(base::Result<ClientResponse> outcome) = 0;
};

/// One request: sets up the handle, receives, follows redirects (CORE-15), and reports the result. Created on any
/// thread, then used only on the thread of the client.
class Transfer {
 public:
  enum class Next { finished, again };  ///< again: the handle has been set up for the next address

  Transfer(uint64_t id, ClientRequest request, Url url, std::shared_ptr<AnswerSink> sink);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  uint64_t id() const { return id_; }
  CURL* easy() const { return easy_.get(); }

  /// Takes a handle and sets it up for the first address.
  base::Result<void> begin(EasyHandle easy, base::MonotonicTime now);
  /// After libcurl has reported the end of the present hop.
  Next hop_ended(CURLcode code, base::MonotonicTime now);
  /// Ends it with this error. The handle must have left the multi handle.
  void fail(base::Error error);
  bool ended() const { return ended_; }
  /// For another request.
  EasyHandle take_easy();

  /// When it will have been silent for too long, as far as is known now; nothing while that does not count.
  std::optional<base::MonotonicTime> idle_deadline() const;
  /// When to ask again; nothing where silence is allowed for ever.
  std::optional<base::MonotonicTime> next_idle_look(base::MonotonicTime now) const;
  base::Error idle_error() const;
  void resume();

 private:
  // client_setup.cc: the options of libcurl
  base::Result<void> set_up(base::MonotonicTime now);
  void set_address(base::MonotonicTime now);
  void set_connection();
  void set_credentials();
  base::Result<void> set_body();
  base::Result<void> set_multipart();
  base::Result<void> set_headers();
  /// Sets an option; the first failure is noted, and set_up() reports it.
  template <class T>
  void set(CURLoption option, T value) {
    CURLcode code = curl_easy_setopt(easy(), option, value);
    if (setup_code_ == CURLE_OK) setup_code_ = code;
  }

  // client_transfer.cc: what happens
  void clear_answer();
  bool is_redirect() const;
  base::Result<void> follow(base::MonotonicTime now);
  void drop_credentials();
  ClientResponse take_response();
  base::Result<void> open_target();
  base::Result<void> write_target(std::string_view piece);
  base::Result<void> close_target();
  void remove_target();
  void finish(base::Result<ClientResponse> outcome);
  size_t abort_with(base::Error error);
  void touch() { last_active_ = base::monotonic_now(); }

  static size_t on_header(char* data, size_t size, size_t count, void* self);
  static size_t on_write(char* data, size_t size, size_t count, void* self);
  static size_t on_read(char* into, size_t size, size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static int on_progress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up);
  static int on_connected(void* self, char* remote, char* local, int remote_port, int local_port);
  /// Runs the body of a callback. An exception must not pass through libcurl, so it ends the transfer.
  template <class Work>
  auto stopping_exceptions(decltype(std::declval<Work>()()) on_failure, Work work) noexcept {
    try {
      return work();
    } catch (...) {
      abort_error_ = base::caught_at(base::Edge::client, "a transfer");
      return on_failure;
    }
  }
  size_t take_header(std::string_view line);
  size_t take_piece(std::string_view piece);

  const uint64_t id_;
  ClientRequest request_;
  Url url_;
  std::shared_ptr<AnswerSink> sink_;
  bool ended_ = false;

  EasyHandle easy_;
  CURLcode setup_code_ = CURLE_OK;
  std::unique_ptr<curl_slist, CurlFree> header_list_;
  std::unique_ptr<curl_mime, CurlFree> mime_;
  std::array<char, CURL_ERROR_SIZE> curl_message_{};
  int upload_ = -1;  ///< descriptor of body_file
  bool send_credentials_ = true;
  std::string method_;  ///< of the present hop
  bool send_body_ = true;

  base::MonotonicTime started_;
  base::MonotonicTime last_active_;
  bool connected_ = false;
  bool paused_ = false;
  curl_off_t seen_down_ = 0, seen_up_ = 0;

  // The answer being received.
  ClientResponse response_;
  size_t header_bytes_ = 0;
  bool head_complete_ = false;
  bool head_given_ = false;
  uint64_t discarded_ = 0;
  bool discard_cut_ = false;  ///< the body of a redirect was too long to be read
  int target_ = -1;           ///< descriptor of to_file
  bool target_made_ = false;  ///< to_file has been opened, and goes if the transfer fails
  std::optional<base::Error> abort_error_;

  int redirects_ = 0;
  std::unordered_set<std::string> visited_;
};

/// The error code for an error of libcurl. `connected`: whether the connection had been established.
base::Error client_error(CURLcode code, CURL* easy, const Url& url, const ClientRequest& request, bool connected,
                         std::string_view curl_message);

}  // namespace gyr::net
