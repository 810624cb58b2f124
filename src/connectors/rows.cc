#include "connectors/rows.h"

#include <fstream>

#include "base/id.h"
#include "syntax/ion.h"

namespace gyr::connectors {
namespace {

using base::Value;

constexpr int64_t max_kept_rows = 100'000;
/// What is collected before it is written to the file.
constexpr size_t piece_bytes = 256 * 1024;

}  // namespace

RowSink::RowSink(plugin::RunContext& context, FetchType type, std::string_view system, std::optional<int64_t> max_rows)
    : context_(context), type_(type), system_(system), max_rows_(max_rows) {
  if (!max_rows_ && type_ == FetchType::fetch) max_rows_ = max_kept_rows;
}

RowSink::~RowSink() {
  if (!file_) return;
  std::error_code ignored;  // it is in the directory of the attempt, which goes away
  std::filesystem::remove(*file_, ignored);
}

base::Task<base::Result<void>> RowSink::add(Value rows, size_t count) {
  for (const Value& row : rows.items().first(std::min(count, rows.size()))) {
    if (is_full()) break;
    if (max_rows_ && size_ >= *max_rows_)
      co_return base::fail(request_failed, fmt::format("{}: more than {} rows", system_, *max_rows_));
    ++size_;
    if (type_ == FetchType::fetch || type_ == FetchType::fetch_one) kept_.push(row);
    if (type_ != FetchType::store) continue;
    syntax::append_ion(lines_, row);
    lines_ += '\n';
    if (lines_.size() >= piece_bytes) GYR_CO_CHECK(co_await write_out());
  }
  co_return base::Result<void>();
}

base::Task<base::Result<void>> RowSink::write_out() {
  plugin::Files* files = context_.files();
  if (files == nullptr)
    co_return base::fail(plugin::task_failed, "cannot store rows: internal storage is not available");
  const bool is_first = !file_;
  if (is_first) {
    GYR_CO_TRY(auto directory, files->working_directory());
    // Other tasks may share the directory, and so do the items of a `foreach`.
    file_ = directory / fmt::format(".rows-{}.ion", base::make_id(context_.now()).to_text());
  }
  bool written = false;
  co_await files->on_pool([&] {
    std::ofstream out(*file_, std::ios::binary | (is_first ? std::ios::trunc : std::ios::app));
    out.write(lines_.data(), static_cast<std::streamsize>(lines_.size()));
    out.close();
    written = !out.fail();
  });
  if (!written)
    co_return base::fail(plugin::task_failed,
                         fmt::format("cannot write rows to `{}`: is the disk full?", file_->string()));
  lines_.clear();
  co_return base::Result<void>();
}

base::Task<base::Result<void>> RowSink::publish(const FetchSpec& fetch, base::MapBuilder* outputs) {
  const Value kept = kept_.build();
  switch (type_) {
    case FetchType::none: break;
    case FetchType::fetch: outputs->set(fetch.output, kept); break;
    case FetchType::fetch_one:
      if (fetch.one_as_list) {
        outputs->set(fetch.one, kept);
      } else if (kept.size() > 0) {
        outputs->set(fetch.one, kept.items()[0]);
      }
      break;
    case FetchType::store: {
      plugin::Files* files = context_.files();
      if (files == nullptr)
        co_return base::fail(plugin::task_failed, "cannot store rows: internal storage is not available");
      std::string uri;
      if (!file_) {
        GYR_CO_TRY(uri, co_await files->store_bytes(std::move(lines_), "rows.ion"));
      } else {
        if (!lines_.empty()) GYR_CO_CHECK(co_await write_out());
        GYR_CO_TRY(uri, co_await files->store(*file_, "rows.ion"));
      }
      outputs->set("uri", Value::string(uri));
      break;
    }
  }
  outputs->set("size", Value::fitting_integer(size_));
  context_.metric(model::MetricType::counter, "fetch.size", static_cast<double>(size_), Value::empty_map());
  co_return base::Result<void>();
}

}  // namespace gyr::connectors
