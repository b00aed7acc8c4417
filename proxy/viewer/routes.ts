import express, { Router } from "express";
import { onlyMethods } from "../problems/methods.js";
import { notFound } from "../problems/problem.js";

/** The build puts a hash of the content into the name of what never changes under that name. */
const hashedName = /\.[0-9a-f]{16}\.[A-Za-z0-9]+(?:\.map)?$/;

/** `/`: the built viewer. The page itself is asked for anew each time; what carries a hash in its name is kept for good. */
export function viewerRoutes(folder: string): Router {
  const router = Router();
  router.use(
    express.static(folder, {
      dotfiles: "ignore",
      redirect: false,
      setHeaders: (response, file) => {
        response.setHeader(
          "Cache-Control",
          hashedName.test(file)
            ? "public, max-age=31536000, immutable"
            : "no-cache",
        );
      },
    }),
  );
  router.all("/", onlyMethods("GET", "HEAD"), () => {
    throw notFound("The viewer is not built yet: npm start builds it.");
  });
  return router;
}
