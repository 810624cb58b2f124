// Times of day in the windows of Flow triggers and of MultipleCondition (TRIG-130 to TRIG-134).
#pragma once

#include <string_view>

#include "model/bind.h"

namespace gyr::plugins::core {

/// Reports an invalid time of day such as `25:00` (TRIG-134). An empty text is valid.
void check_time_of_day(std::string_view property, std::string_view text, const syntax::NodePtr& owner,
                       model::BindContext& context);

}  // namespace gyr::plugins::core
