// What kv.Set stores (CORE-55), and what the KV tasks share.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/value.h"
#include "model/bind.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

/// Kinds of values in the key-value store (KV-3).
enum class KvType : uint8_t { string, number, boolean, datetime, date, duration, json };

/// The value to store. With a type, a text is converted to it. Without a type, a text is stored as text, unless it
/// reads as an ISO duration (`PT5M`). Other values keep their type.
base::Result<base::Value> kv_value(const base::Value& rendered, std::optional<KvType> type);

/// The namespace argument of a host call: null if the flow sets none, which means the namespace of the flow (KV-10).
base::Value namespace_argument(const std::optional<std::string>& given);

/// `No value found for key …`: what tasks with `errorOnMissing` say.
base::Error key_missing(const plugin::RunContext& context, const std::optional<std::string>& given,
                        std::string_view key);

}  // namespace gyr::plugins::core

namespace gyr::model {

GYR_NAMED_ENUM(plugins::core::KvType, "io.kestra.core.models.kv.KVType");

}  // namespace gyr::model
