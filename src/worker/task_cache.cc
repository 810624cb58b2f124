#include "worker/task_cache.h"

#include <openssl/sha.h>

#include "plugin_api/render.h"
#include "storage/zip.h"
#include "syntax/json.h"

namespace gyr::worker {

using base::Value;
using model::LogLevel;

namespace {

constexpr std::string_view entry_name = "outputs.json";
constexpr size_t read_bytes = 64 * 1024;

/// Properties that do not change the outputs of the task.
constexpr std::string_view left_out[] = {"id",       "taskCache", "retry",        "timeout",      "description",
                                         "logLevel", "logToFile", "allowFailure", "allowWarning", "runIf"};

std::string hexadecimal(const unsigned char* bytes, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

base::Result<std::string> read_object(storage::Storage& storage, const std::string& tenant, const std::string& path) {
  GYR_TRY(auto source, storage.get(tenant, path));
  std::string bytes;
  std::string buffer(read_bytes, '\0');
  for (;;) {
    GYR_TRY(size_t count, source->read(buffer.data(), buffer.size()));
    if (count == 0) return bytes;
    bytes.append(buffer, 0, count);
    if (bytes.size() > protocol::max_frame)
      return base::fail(storage::bad_archive, "the entry is larger than the limit for outputs");
  }
}

/// Blocking; nothing if there is no entry, or it is too old.
base::Result<std::optional<Value>> load(storage::Storage& storage, const std::string& tenant, const std::string& path,
                                        std::optional<base::Instant> oldest) {
  GYR_TRY(bool exists, storage.exists(tenant, path));
  if (!exists) return std::nullopt;
  GYR_TRY(auto attributes, storage.attributes(tenant, path));
  if (oldest && base::Instant::of_millis(attributes.modified_ms) < *oldest) return std::nullopt;
  GYR_TRY(std::string bytes, read_object(storage, tenant, path));
  storage::ZipReader archive(bytes);
  for (;;) {
    GYR_TRY(const auto entry, archive.next());
    if (!entry) return base::fail(storage::bad_archive, "the entry contains no outputs");
    if (entry->name != entry_name) continue;
    GYR_TRY(std::string text, archive.unpack(protocol::max_frame));
    GYR_TRY(Value outputs, syntax::parse_json(text));
    return std::optional(std::move(outputs));
  }
}

base::Result<void> store(storage::Storage& storage, const std::string& tenant, const std::string& path,
                         const std::string& text, base::Instant now) {
  GYR_TRY(std::string archive, storage::make_zip({{std::string(entry_name), text}}, now));
  GYR_TRY(auto sink, storage.put(tenant, path));
  GYR_CHECK(sink->write(archive));
  GYR_CHECK(sink->finish());
  return {};
}

}  // namespace

base::Task<base::Result<std::string>> TaskCache::key() {
  base::MapBuilder properties(task_.node->to_value());
  for (std::string_view name : left_out) properties.remove(name);
  model::DynamicSource source(properties.build());
  // Paths of a run differ each time; they are replaced by constants.
  Value extra = Value::map({{"workingDir", Value::string("workingDir")}, {"outputDir", Value::string("outputDir")}});
  GYR_CO_TRY(Value rendered, co_await context_.render_value(source, std::move(extra), true));
  const plugin::RunInfo& info = context_.info();
  Value whole = Value::map({{"task", Value::string(info.task_id)},
                            {"type", Value::string(info.task_type)},
                            {"properties", std::move(rendered)},
                            {"value", info.value ? Value::string(*info.value) : Value()}});
  std::string text = syntax::write_json(whole);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  co_return hexadecimal(digest, sizeof digest);
}

base::Task<std::optional<Value>> TaskCache::find() {
  auto hash = co_await key();
  if (!hash) {
    context_.log(LogLevel::warn, fmt::format("cannot use the task cache: {}", hash.error().message()));
    co_return std::nullopt;
  }
  const plugin::RunInfo& info = context_.info();
  path_ = storage::task_cache_path(info.namespace_, info.flow_id, *hash);
  std::optional<base::Instant> oldest;
  if (task_.task_cache->ttl) oldest = context_.now() - *task_.task_cache->ttl;
  base::Result<std::optional<Value>> found;
  co_await context_.attempt_files().on_pool([&] { found = load(services_.storage, info.tenant, path_, oldest); });
  if (!found) {
    context_.log(LogLevel::warn, fmt::format("cannot read the task cache: {}", found.error().message()));
    co_return std::nullopt;
  }
  if (*found)
    context_.log(LogLevel::info,
                 "Skipping task execution: using the outputs of an equal earlier run from the task cache");
  co_return *std::move(found);
}

base::Task<void> TaskCache::keep(Value outputs) {
  if (path_.empty()) co_return;
  std::string text = syntax::write_json(outputs.is_map() ? outputs : Value::empty_map());
  base::Result<void> stored;
  base::Instant now = context_.now();
  co_await context_.attempt_files().on_pool(
      [&] { stored = store(services_.storage, context_.info().tenant, path_, text, now); });
  if (!stored)
    context_.log(LogLevel::warn,
                 fmt::format("cannot store the outputs in the task cache: {}", stored.error().message()));
}

}  // namespace gyr::worker
