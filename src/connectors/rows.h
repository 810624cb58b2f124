// The rows that a task gives: where they go says `fetchType` (PLUG-6).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "connectors/definition.h"
#include "plugin_api/run_context.h"

namespace gyr::connectors {

/// Takes rows page by page. Rows to store go to a local file in pieces and are never all in memory; those that become
/// an output are limited. Lives in the frame of the task; loop thread.
class RowSink {
 public:
  /// `max_rows`: more are an error; absent: 100,000 where the rows are kept in memory. `system` is named in errors.
  RowSink(plugin::RunContext& context, FetchType type, std::string_view system, std::optional<int64_t> max_rows);
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;
  ~RowSink();

  /// The first `count` of the rows.
  base::Task<base::Result<void>> add(base::Value rows, size_t count);
  /// Whether further rows would change nothing.
  bool is_full() const { return type_ == FetchType::fetch_one && size_ > 0; }
  /// The rows that are kept in memory.
  base::Value rows() { return kept_.build(); }
  /// Sets the outputs, and gives the metric. Call once, at the end.
  base::Task<base::Result<void>> publish(const FetchSpec& fetch, base::MapBuilder* outputs);

 private:
  base::Task<base::Result<void>> write_out();

  plugin::RunContext& context_;
  FetchType type_;
  std::string system_;
  std::optional<int64_t> max_rows_;
  int64_t size_ = 0;
  base::ListBuilder kept_;
  std::string lines_;                          ///< rows to store that are not in the file yet
  std::optional<std::filesystem::path> file_;  ///< with the earlier ones
};

}  // namespace gyr::connectors
