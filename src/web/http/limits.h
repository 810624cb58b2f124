// The limits of the REST API, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gyr::web {

/// Defaults of the limits that an installation can change.
struct Limits {
  /// A flow is written by people; the parser accepts 8 MB (syntax::YamlLimits), and a body can contain several flows.
  size_t yaml_bytes = 32 * 1024 * 1024;
  /// Lists of ids, labels, keys.
  size_t json_bytes = 10 * 1024 * 1024;
  /// The body of a webhook becomes a variable of the execution.
  size_t webhook_bytes = 10 * 1024 * 1024;
  /// A value of the key-value store, an expression to evaluate.
  size_t text_bytes = 10 * 1024 * 1024;
  /// An archive is read from its end, so it is held in memory.
  size_t archive_bytes = 64 * 1024 * 1024;
  /// The unpacked size of an archive: a small archive can contain very much data.
  uint64_t unpacked_bytes = 1024ULL * 1024 * 1024;
  /// A body after it is unpacked (`micronaut.server.max-request-size`, API-25).
  uint64_t body_bytes = 10ULL * 1024 * 1024 * 1024;
  /// A part of a form that is streamed to the storage (`micronaut.server.multipart.max-file-size`, API-25).
  uint64_t part_bytes = 10ULL * 1024 * 1024 * 1024;
  /// Rows of a file preview (`kestra.server.preview`).
  int64_t preview_rows = 100;
  int64_t max_preview_rows = 5'000;
  /// A stream without events sends a comment with this period, so that proxies keep it open (API-46).
  std::chrono::nanoseconds heartbeat = std::chrono::seconds(15);
  /// A connection of a page's stream of events ends after this time. The page connects again, and its login is checked.
  std::chrono::nanoseconds live_connection = std::chrono::minutes(5);
};

/// More segments than any path of the API has.
inline constexpr size_t path_segments = 32;
/// API-27: larger pages are reduced without an error.
inline constexpr int64_t page_size = 10'000;
/// More filters than users combine; each costs a matcher.
inline constexpr size_t filters = 100;
/// The ids of one bulk request: each is looked up before the operation starts.
inline constexpr size_t bulk_ids = 10'000;
/// The matches of one bulk request by query: with more, the filters are more likely a mistake.
inline constexpr size_t bulk_matches = 100'000;
/// The concurrent commands of a bulk request, so that other requests are served in between.
inline constexpr size_t bulk_commands = 256;
/// The task runs that are read at once, and the maximum for an answer in one part.
inline constexpr size_t runs_a_page = 500;
/// The task runs in the rows of a search: they exist for 1.3 clients (API-3).
inline constexpr size_t runs_of_a_search = 2'000;
/// The Go client reads lines up to 1 MiB (API-46); this leaves space for the framing.
inline constexpr size_t event_bytes = 1024 * 1024 - 64 * 1024;
/// The task runs in one event of a stream: about as many as fit.
inline constexpr size_t event_runs = 2'000;
/// Outputs, inputs and variables above this size are omitted from events.
inline constexpr uint64_t event_value_bytes = 16 * 1024;
/// At most five frames per second (principle: live updates).
inline constexpr std::chrono::milliseconds frame_interval{200};
/// API-47: how long a stream waits for its execution to appear, and how long it lives without an event.
inline constexpr std::chrono::seconds appearance{10};
inline constexpr std::chrono::hours max_silence{1};
/// API-81.
inline constexpr std::chrono::hours max_wait{1};
/// The number of logins that wait for a hash: each takes 10 ms, so the last one waits a third of a second.
inline constexpr size_t waiting_logins = 32;
/// Text of a preview (STOR-52).
inline constexpr size_t preview_bytes = 2 * 1024 * 1024;
/// The size of images and PDFs in a preview.
inline constexpr size_t preview_binary_bytes = 10 * 1024 * 1024;
/// The part of a file that the pool reads or writes in one step.
inline constexpr size_t file_piece_bytes = 256 * 1024;

}  // namespace gyr::web
