// The messages between server and helper: one datagram for each message on a SOCK_SEQPACKET pair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "process/fd.h"
#include "process/process.h"

namespace gyr::process {

/// The first byte of every message. The id of the process follows, then the fields of the type. The numbers never
/// change their meaning, although both ends are always the same program.
enum class MessageType : uint8_t {
  // server to helper
  start = 1,       ///< with the write ends of standard output and error, and a memory file where the body is long
  kill = 2,        ///< SIGTERM to the tree, SIGKILL after its grace period
  kill_now = 3,    ///< SIGKILL to the tree
  start_warm = 4,  ///< as `start`, in an interpreter that waits for it; the body is never a memory file
  // helper to a guardian that keeps an interpreter; start_warm and kill go on to it, too
  prepare = 5,  ///< start the interpreter; body as of start_warm, no descriptors
  // that guardian to the helper
  idle = 6,  ///< the process of this id is done; the next may come
  // helper (or the guardian of the process) to server
  started = 16,    ///< value: pid
  failed = 17,     ///< value: errno; detail: Stage
  exited = 18,     ///< value: wait status of the command itself; some of its descendants are still running
  gone = 19,       ///< value: wait status; the whole tree has ended, unless detail says otherwise (GoneDetail)
  guard_lost = 20  ///< the guardian itself was killed; its tree is dead
};

/// What failed when a process could not be started.
enum class Stage : uint8_t { request = 0, guardian = 1, directory = 2, program = 3, limits = 4 };

/// Bits of the detail of `gone`.
enum GoneDetail : uint8_t {
  gone_survivors = 1,        ///< something could not be killed
  gone_memory_exhausted = 2  ///< something was killed at the limit of memory
};

/// The body of `start`.
struct StartRequest {
  uint32_t kill_grace_ms = 0;
  std::string directory;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
  std::optional<WarmInterpreter> warm = {};
  std::string cgroup = {};  ///< the folder of the control group it runs in; empty: the server's own
};

/// The start of every message; `id` identifies the process.
struct Header {
  MessageType type = MessageType::start;
  uint64_t id = 0;
};

/// A message of the helper.
struct Report {
  Header header;
  int64_t value = 0;
  uint8_t detail = 0;
};

/// Bodies longer than this travel in a memory file: a datagram must fit the socket's buffer several times over.
inline constexpr size_t max_inline_body = 32 * 1024;
/// Longer messages are refused: the kernel accepts at most 6 MiB of arguments and environment.
inline constexpr size_t max_body = 8 * 1024 * 1024;
/// Bytes of a header: type and id.
inline constexpr size_t header_size = 9;

std::string encode_header(Header header);
std::optional<Header> decode_header(std::string_view message);
std::string encode_start_body(const StartRequest& request);
base::Result<StartRequest> decode_start_body(std::string_view body);
/// Equal for requests that the same interpreter can run: everything it has seen when it has started. With `warm` only.
std::string warm_key(const StartRequest& request);
std::string encode_report(const Report& report);
std::optional<Report> decode_report(std::string_view message);

/// A received message and the descriptors that came with it.
struct Received {
  std::string_view bytes;  ///< in the caller's buffer
  std::vector<UniqueFd> fds;
  bool closed = false;   ///< the other end has closed the connection
  bool nothing = false;  ///< no message available now
};

/// Sends one message with descriptors; returns 0 or the errno. EAGAIN if the socket is full.
int send_message(int socket, std::string_view message, std::initializer_list<int> fds, bool wait);
/// Receives one message into `buffer`. A message that does not fit counts as an empty message.
Received receive_message(int socket, char* buffer, size_t capacity, bool wait);

}  // namespace gyr::process
