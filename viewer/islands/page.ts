// The one script of every page: htmx, which exchanges fragments with the server and finds its attributes by itself.
import "htmx.org";
