// Components that more than one page uses. Looks are in base.css and tokens.css.
export { mount } from "./boot";
export { Button } from "./button";
export { Dialog } from "./dialog";
export { useBeat, useLasting, useMedia, useMoment, useSelected, useStable, useStatus, useView } from "./hooks";
export { Icon, type IconName } from "./icons";
export { Marked } from "./marked";
export { Badge, Disc, Name, nameOf } from "./people";
export { Spotlight } from "./spotlight";
export { Empty, Failure, Live, Skeleton } from "./states";
export { toast, Toasts } from "./toast";
export { Unsent } from "./unsent";
