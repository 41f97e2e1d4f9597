// Pages of commits and diffs: buttons for writers, and both revisions of changed samples.

import { mount } from "../kit";
import { Actions } from "../revision/actions";
import { Compare } from "../revision/compare";
import type { RevisionProps } from "../revision/props";

mount<RevisionProps>("revision", (props) => <Actions props={props} />);
mount<RevisionProps>("compare", (props) => <Compare props={props} />);
