// Bounds of the REST interface, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gyr::web {

/// Defaults of what an installation may change.
struct Limits {
  /// A flow is text that people write; the parser takes 8 MB (syntax::YamlLimits), several flows come in one body.
  size_t yaml_bytes = 32 * 1024 * 1024;
  /// Lists of ids, labels, keys.
  size_t json_bytes = 10 * 1024 * 1024;
  /// The body of a webhook becomes a variable of the execution.
  size_t webhook_bytes = 10 * 1024 * 1024;
  /// A value of the key-value store, an expression to evaluate.
  size_t text_bytes = 10 * 1024 * 1024;
  /// An archive is read from its end, so it is held in memory.
  size_t archive_bytes = 64 * 1024 * 1024;
  /// What an archive may unpack to: a small one can hold very much.
  uint64_t unpacked_bytes = 1024ULL * 1024 * 1024;
  /// Rows of a file preview (`kestra.server.preview`).
  int64_t preview_rows = 100;
  int64_t max_preview_rows = 5'000;
  /// A stream without news sends a comment so often, so that proxies keep it (API-46).
  std::chrono::nanoseconds heartbeat = std::chrono::seconds(15);
};

/// More segments than any path of the contract has.
inline constexpr size_t path_segments = 32;
/// API-27: pages are clamped silently.
inline constexpr int64_t page_size = 10'000;
/// Nobody combines more filters; each costs a matcher.
inline constexpr size_t filters = 100;
/// Ids of one bulk call: each is looked up before anything is done.
inline constexpr size_t bulk_ids = 10'000;
/// Matches of one bulk call by query: beyond, the filters are more likely a mistake.
inline constexpr size_t bulk_matches = 100'000;
/// Commands of a bulk call that are with the executor at a time, so that others get their turn.
inline constexpr size_t bulk_commands = 256;
/// Task runs that are read at once, and up to which an execution is answered in one piece.
inline constexpr size_t runs_a_page = 500;
/// Task runs in the rows of one search: there they are a courtesy to 1.3 clients (API-3).
inline constexpr size_t runs_of_a_search = 2'000;
/// The Go client reads lines up to 1 MiB (API-46); some room for what surrounds the data.
inline constexpr size_t event_bytes = 1024 * 1024 - 64 * 1024;
/// Task runs shown in one event of a stream; about what fits its size.
inline constexpr size_t event_runs = 2'000;
/// Outputs, inputs and variables larger than this are left out of events.
inline constexpr uint64_t event_value_bytes = 16 * 1024;
/// At most five frames per second (principle: live updates).
inline constexpr std::chrono::milliseconds frame_interval{200};
/// API-47: how long a stream waits for its execution to appear, and lives without any event.
inline constexpr std::chrono::seconds appearance{10};
inline constexpr std::chrono::hours max_silence{1};
/// API-81.
inline constexpr std::chrono::hours max_wait{1};
/// Logins that wait for a hash: each takes 10 ms, so the last one waits a third of a second.
inline constexpr size_t waiting_logins = 32;
/// Text of a preview (STOR-52).
inline constexpr size_t preview_bytes = 2 * 1024 * 1024;
/// What a preview shows of an image or PDF.
inline constexpr size_t preview_binary_bytes = 10 * 1024 * 1024;
/// A file read from or written to storage in one step of the pool.
inline constexpr size_t file_piece_bytes = 256 * 1024;

}  // namespace gyr::web
