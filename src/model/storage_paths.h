// The paths of the files of executions in internal storage (STOR-5, STOR-6), for code that only needs the names.
#pragma once

#include <string>
#include <string_view>

#include "base/id.h"

namespace gyr::model {

/// STOR-6: lower case, `_` to `-`, dots vanish.
std::string slug(std::string_view text);
/// The folder of a namespace: dots become slashes.
std::string namespace_folder(std::string_view namespace_);
std::string execution_folder(std::string_view namespace_, std::string_view flow_id, base::Id execution);
std::string task_run_folder(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                            std::string_view task_id, base::Id task_run);

}  // namespace gyr::model
