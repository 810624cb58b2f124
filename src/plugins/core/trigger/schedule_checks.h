// Rules that several triggers on dates share.
#pragma once

#include <string_view>

#include "model/bind.h"
#include "model/schema.h"

namespace gyr::plugins::core {

/// Options of the property `interval`, which schedules refuse.
model::PropertyOptions refused_interval();
/// Schedules have dates, not intervals.
void refuse_interval(const syntax::NodePtr& interval, model::BindContext& context);
/// Reports an unknown time zone in the property `timezone`.
void check_zone(std::string_view zone, const syntax::NodePtr& place, model::BindContext& context);

}  // namespace gyr::plugins::core
